import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Ending, Starter } from '../../../src/coordinator/client.ts';

/** Bundles the tiny coordinator, as the real one is bundled. */
export async function bundleTinyCoordinator(folder: string): Promise<string> {
  const outfile = join(folder, 'tiny-coordinator.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'tiny-coordinator.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.12',
    format: 'esm',
    logLevel: 'warning',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outfile;
}

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** Its path is short, as those of sockets have to be. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'il-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Coordinator processes that a test starts, and ends for certain. */
export interface Processes {
  /** Starts one, as a client would. */
  readonly start: Starter;
  /** Those that have not ended. */
  readonly living: ReadonlySet<ChildProcess>;
  readonly started: number;
  /** What those said that ended with a code other than 0. */
  readonly failures: readonly string[];
  killAll(): Promise<void>;
}

export interface ProcessOptions {
  readonly entryPath: string;
  readonly home: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export function processesOf({ entryPath, home, args = [], env = {} }: ProcessOptions): Processes {
  const living = new Set<ChildProcess>();
  const failures: string[] = [];
  let started = 0;

  function start(): { ended: Promise<Ending> } {
    started += 1;
    const child = spawn(process.execPath, [entryPath, '--home', home, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    living.add(child);
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    return {
      ended: new Promise(resolve => {
        child.once('close', code => {
          living.delete(child);
          const failure = code === 0 || code === null ? undefined : said;
          if (failure !== undefined) failures.push(failure);
          resolve({ failure });
        });
      }),
    };
  }

  return {
    start,
    living,
    failures,
    get started() {
      return started;
    },
    async killAll() {
      await Promise.all([...living].map(child => end(child, 'SIGKILL')));
    },
  };
}

/** Sends the signal and waits for the end that it brings. */
export function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('close', () => resolve());
    child.kill(signal);
  });
}
