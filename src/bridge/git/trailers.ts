import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { git } from './run-git.ts';

/** Who made a commit, for its message. */
export interface TrailerFacts {
  readonly agent_id: string;
  readonly task: string | null;
}

/** Adds `Interlock-Agent` and `Interlock-Task` to the end of a commit message, once. */
export async function addTrailers(cwd: string, file: string, author: TrailerFacts): Promise<void> {
  const trailers = [
    `Interlock-Agent: ${oneLine(author.agent_id)}`,
    ...(author.task === null ? [] : [`Interlock-Task: ${oneLine(author.task)}`]),
  ];
  await endLine(resolve(cwd, file));
  await git(cwd, [
    'interpret-trailers',
    '--in-place',
    '--if-exists=addIfDifferent',
    ...trailers.map(trailer => `--trailer=${trailer}`),
    file,
  ]);
}

/** A merge hands over its message without an end of line, and git would then put the trailers into the subject. */
async function endLine(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (text !== '' && !text.endsWith('\n')) await writeFile(file, `${text}\n`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
}
