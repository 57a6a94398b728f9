import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { InterlockError } from '../../coordinator/kernel/errors.ts';

/**
 * What only a person at a terminal may do. A program can make itself a terminal too, so this keeps out those who do not
 * try; commands of agents that do are a guardrail category of their own.
 * @throws InterlockError `operation_not_permitted` where nobody sits there.
 */
export function requireTerminal(what: string): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return;
  throw new InterlockError(
    'operation_not_permitted',
    `${what} is for a person at a terminal, and there is none.`,
    {
      next: 'Run it in a terminal of your own, or decide in the editor.',
    },
  );
}

/** Asks on standard error, so that standard output holds results alone. */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await answerOn(lines, question)).trim();
  } finally {
    lines.close();
  }
}

/** Asks for something that must not be shown. */
export async function askSecret(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  try {
    return await answerOn(lines, '');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

/** @throws InterlockError `cancelled` where the person leaves the question by Ctrl+C or Ctrl+D. */
async function answerOn(lines: Interface, question: string): Promise<string> {
  try {
    return await lines.question(question);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    throw new InterlockError('cancelled', 'The question was left. Nothing was done.');
  }
}
