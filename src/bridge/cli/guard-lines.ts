import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { InterlockError, reportOf } from '../../coordinator/kernel/errors.ts';
import { createSplitter } from '../lines.ts';
import { type GuardQuestion, type Judge, shellOf, trustOf } from './guard-question.ts';

/**
 * Reads `{command, cwd?, shell?, paths?, trust?}` a line and prints a verdict a line, in order. A line that cannot be
 * read asks, like everything that cannot be read, and says why in `error`.
 */
export async function judgeLines(input: Readable, standing: GuardQuestion, judge: Judge): Promise<void> {
  const splitter = createSplitter();
  for await (const chunk of input as AsyncIterable<Buffer>) {
    for (const line of splitter.push(chunk)) await answer(line, standing, judge);
  }
  for (const line of splitter.end()) await answer(line, standing, judge);
}

async function answer(line: string, standing: GuardQuestion, judge: Judge): Promise<void> {
  const written = process.stdout.write(`${JSON.stringify(await verdictOn(line, standing, judge))}\n`);
  if (!written) await once(process.stdout, 'drain');
}

async function verdictOn(line: string, standing: GuardQuestion, judge: Judge): Promise<object> {
  try {
    const { verdict, violations, parsed } = await judge(questionIn(line, standing));
    return { verdict, violations, parsed };
  } catch (error) {
    const { message, next } = reportOf(error);
    const told = [message, next].filter(Boolean).join(' ');
    return { verdict: 'ask', violations: [], parsed: false, error: told };
  }
}

/** @throws InterlockError `invalid_input` */
function questionIn(line: string, standing: GuardQuestion): GuardQuestion {
  const { command, cwd, shell, paths, trust } = fieldsOf(line);
  if (typeof command !== 'string') throw wrong('command', command, 'text');
  if (cwd !== undefined && typeof cwd !== 'string') throw wrong('cwd', cwd, 'the path of a folder');
  if (paths !== undefined && !(Array.isArray(paths) && paths.every(path => typeof path === 'string'))) {
    throw wrong('paths', paths, 'a list of paths');
  }
  return {
    command,
    cwd: cwd ?? standing.cwd,
    shell: shell === undefined ? standing.shell : shellOf(shell),
    paths: paths ?? standing.paths,
    trust: trust === undefined ? standing.trust : trustOf(trust),
  };
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    // Writers of other languages say null where they mean nothing.
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
  } catch {
    // Said below, as for every other line that is no object.
  }
  throw new InterlockError('invalid_input', 'The line is not a JSON object.');
}

function wrong(field: string, value: unknown, accepted: string): InterlockError {
  return new InterlockError(
    'invalid_input',
    `${field}: ${JSON.stringify(value)?.slice(0, 80)} is not ${accepted}.`,
  );
}
