import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { stopProcessGroup } from '../../e2e/support/process-group.ts';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** No agent with a scripted model needs this long, in milliseconds; one that hangs is ended, and says so. */
const longestMs = 90_000;

/** Runs a program to its end, without anything on its standard input. What it leaves running is ended with it. */
export async function runToEnd({ command, args, folder, environment }: Program): Promise<Finished> {
  const started = Date.now();
  const child = spawn(command, args, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const limit = setTimeout(() => child.pid && void stopProcessGroup(child.pid), longestMs);
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  clearTimeout(limit);
  return { code, stdout, stderr, milliseconds: Date.now() - started };
}
