import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import { builtBundles, type Surroundings } from './program.ts';

/** Runs the bridge at a terminal that `script` makes, and answers each question when it is asked. What was said comes back. */
export async function atTerminal(
  args: readonly string[],
  { home, cwd, variables }: Surroundings,
  answers: readonly (readonly [question: string, answer: string])[],
): Promise<string> {
  const program = [process.execPath, join(builtBundles(), 'bridge.js'), ...args]
    .map(part => `'${part}'`)
    .join(' ');
  const child = spawn('sh', ['-c', 'exec script -qec "$0" /dev/null', program], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: home, INTERLOCK_HOME: home, TERM: 'dumb', ...variables },
  });
  let said = '';
  child.stdout.on('data', chunk => {
    said += chunk;
  });
  const ended = once(child, 'close');
  for (const [question, answer] of answers) {
    await expect.poll(() => said, { timeout: 30_000 }).toContain(question);
    child.stdin.write(`${answer}\n`);
  }
  await ended;
  return said;
}
