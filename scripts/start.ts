/**
 * `npm start`: builds and packs Interlock, installs it into a real VS Code that runs in the browser, opens a scratch
 * repository there, and lets two scripted agents work in it. Everything lies in a temporary folder that goes away at
 * the end, which is Ctrl-C.
 *
 * usage: npm start -- [--no-open] [--port N] [--seconds N] [--vsix FILE]
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { type Bridge, installedBridge } from '../test/e2e/support/bridge.ts';
import { startEditor } from '../test/e2e/support/editor.ts';
import { installEditor } from '../test/e2e/support/install-editor.ts';
import { interlockVsix, repository } from '../test/e2e/support/machine.ts';
import { stopProcessGroup } from '../test/e2e/support/process-group.ts';
import { createRunFolder, removeRunFolder } from '../test/e2e/support/run-folder.ts';
import { createScratchRepository } from '../test/e2e/support/scratch-repository.ts';

const { values: options } = parseArgs({
  options: {
    'no-open': { type: 'boolean', default: false },
    port: { type: 'string' },
    seconds: { type: 'string' },
    vsix: { type: 'string' },
  },
});
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
// A SIGTERM to npm ends npm and its shell but does not reach this process, which would go on unseen.
const parent = process.ppid;
setInterval(() => process.ppid === parent || stop.abort(), 1_000).unref();

/** What has to be ended, the latest first. */
const ends: (() => Promise<void> | void)[] = [];

try {
  await show();
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
for (const end of ends.reverse()) await end();
process.exit();

/** Returns, or throws, when it is time to end. */
async function show(): Promise<void> {
  const vsix = options.vsix === undefined ? await pack() : path.resolve(options.vsix);
  await installEditor(line => console.log(line));
  stop.signal.throwIfAborted();

  const run = createRunFolder();
  ends.push(() => removeRunFolder(run));
  const { folder } = await createScratchRepository(run.scratch);
  const port = options.port === undefined ? {} : { port: Number(options.port) };
  const editor = await startEditor({ run, workspace: folder, extensions: [vsix], ...port });
  ends.push(() => editor.stop());
  stop.signal.throwIfAborted();
  console.log(`\n  VS Code with Interlock: ${editor.url}\n  Ctrl-C ends it.\n`);
  if (options.seconds !== undefined) setTimeout(() => stop.abort(), Number(options.seconds) * 1000);
  if (!options['no-open']) openInBrowser(editor.url);

  // The agents wait for somebody to look, for the views are worth watching from the first lock on. Scripts may not look.
  await windowIsOpen(editor.origin, options['no-open'] ? 20_000 : Number.POSITIVE_INFINITY);
  startAgents(installedBridge(run, folder));
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
}

/** Packs the extension as `npm run package` does and answers where it lies. */
async function pack(): Promise<string> {
  console.log('Building and packing Interlock …');
  await promisify(execFile)('npm', ['run', 'package'], { cwd: repository, signal: stop.signal });
  return interlockVsix;
}

/** Waits until a window of the editor is connected, or for so many milliseconds. */
async function windowIsOpen(origin: string, patience: number): Promise<void> {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    const health: { status?: string } = JSON.parse(await (await fetch(`${origin}/healthz`)).text());
    if (health.status === 'alive') return;
    await delay(500, undefined, { signal: stop.signal });
  }
}

function startAgents({ program: bridge, folder, environment }: Bridge): void {
  const program = path.join(repository, 'src/demo/demo.ts');
  const agents = spawn(
    process.execPath,
    ['--import', 'tsx', program, '--bridge', bridge, '--folder', folder],
    {
      cwd: repository,
      env: environment,
      // They leave when their standard input ends.
      stdio: ['pipe', 'inherit', 'inherit'],
      detached: true,
    },
  );
  const leader = agents.pid;
  if (leader !== undefined) ends.push(() => stopProcessGroup(leader));
}

/** Opens the address where the desktop has a way to; where it has none, the printed address is enough. */
function openInBrowser(url: string): void {
  const opener = spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [url], {
    stdio: 'ignore',
    detached: true,
  });
  opener.on('error', () => {});
  opener.unref();
}
