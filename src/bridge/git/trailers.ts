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
  await git(cwd, [
    'interpret-trailers',
    '--in-place',
    '--if-exists=addIfDifferent',
    ...trailers.map(trailer => `--trailer=${trailer}`),
    file,
  ]);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
}
