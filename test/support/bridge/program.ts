import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

const dist = join(import.meta.dirname, '../../../dist');

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exit: Promise<Exit>;
}

export interface Surroundings {
  /** The folder of the store. */
  readonly home: string;
  readonly cwd: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** What answers a hook: the bridge, or the shell script that is quicker. Default: the bridge. */
  readonly way?: 'node' | 'sh';
  /** The bridge's folder; default: dist. */
  readonly program?: string;
}

/** The folder of the built bundles. */
export function builtBundles(): string {
  if (!existsSync(join(dist, 'bridge.js'))) throw new Error('dist/bridge.js is missing: npm run build');
  return dist;
}

/** Starts the bridge as an agent's harness does, with nothing in its environment that it was not given. */
export function startBridge(args: readonly string[], surroundings: Surroundings): Running {
  const { home, cwd, variables, way = 'node', program = builtBundles() } = surroundings;
  const started = performance.now();
  const isHook = way === 'sh' && args[0] === 'hook';
  const [command, file] = isHook ? ['/bin/sh', 'hook.sh'] : [process.execPath, 'bridge.js'];
  const child = spawn(command, [join(program, file), ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: home, INTERLOCK_HOME: home, ...variables },
  });
  // A program that does not read to the end breaks the pipe, which is its right.
  child.stdin.on('error', () => {});
  const closed = new Promise<[number | null, NodeJS.Signals | null]>(resolve =>
    child.once('close', (code, signal) => resolve([code, signal])),
  );
  const exit = Promise.all([closed, outputOf(child.stdout), outputOf(child.stderr)]).then(
    ([[code, signal], stdout, stderr]) => ({
      code,
      signal,
      stdout,
      stderr,
      milliseconds: performance.now() - started,
    }),
  );
  return { child, exit };
}

/** What was printed, up to where the test stopped listening. */
function outputOf(stream: Readable): Promise<string> {
  return text(stream).catch(() => '');
}

/** Runs the bridge to its end with something on its standard input. */
export async function runBridge(
  args: readonly string[],
  surroundings: Surroundings,
  input: string | Buffer = '',
): Promise<Exit> {
  const { child, exit } = startBridge(args, surroundings);
  child.stdin.end(input);
  return exit;
}
