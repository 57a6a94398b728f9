import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InterlockError } from '../../kernel/errors.ts';
import { gitPieces, runGit } from '../git.ts';
import type { FileChange } from './observed.ts';

interface Side {
  readonly branch: string;
  readonly tip: string;
  readonly files: readonly FileChange[];
}

export interface MeetingBranches {
  readonly one: Side;
  readonly other: Side;
}

export type LineRange = [first: number, last: number];

/** A file that both branches change, or in which a merge of the two would conflict. */
export interface MeetingFile {
  readonly path: string;
  readonly conflict: boolean;
  readonly linesOne: LineRange[];
  readonly linesOther: LineRange[];
}

export interface TrialMerge {
  readonly one: string;
  readonly other: string;
  readonly files: readonly MeetingFile[];
}

/**
 * Merges each two branches, in a scratch repository that borrows the objects of the clone: nothing is written into the
 * clone, and no merge driver, hook or attribute of it takes part.
 * @throws InterlockError `not_found` where git is older than 2.38.
 */
export async function mergeTrial(
  folder: string,
  pairs: readonly MeetingBranches[],
): Promise<readonly TrialMerge[]> {
  if (pairs.length === 0) return [];
  const scratch = await mkdtemp(path.join(tmpdir(), 'interlock-merge-'));
  try {
    await borrowObjects(folder, scratch);
    const found: TrialMerge[] = [];
    for (const pair of pairs) found.push(await tryMerge(scratch, pair));
    return found;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function borrowObjects(folder: string, scratch: string): Promise<void> {
  const { stdout } = await runGit(folder, [
    'rev-parse',
    '--path-format=absolute',
    '--git-path',
    'objects',
    '--show-object-format',
  ]);
  const [objects = '', format = 'sha1'] = stdout.split('\n');
  await runGit(scratch, ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`]);
  await mkdir(path.join(scratch, 'objects', 'info'), { recursive: true });
  await writeFile(path.join(scratch, 'objects', 'info', 'alternates'), `${objects}\n`);
}

async function tryMerge(scratch: string, { one, other }: MeetingBranches): Promise<TrialMerge> {
  // The histories of a shallow clone, or of two roots, may have nothing in common that is here.
  const { stdout } = await runGit(scratch, ['merge-base', one.tip, other.tip], { accepts: [0, 1] });
  const base = stdout.split('\n')[0];
  const conflicts = await conflictsOf(scratch, one.tip, other.tip);
  const shared = pathsOf(one).filter(each => pathsOf(other).includes(each));
  const paths = [...new Set([...conflicts, ...shared])].sort();
  const [linesOne, linesOther] = base
    ? await Promise.all([one, other].map(({ tip }) => linesChanged(scratch, base, tip, paths)))
    : [];
  return {
    one: one.branch,
    other: other.branch,
    files: paths.map(each => ({
      path: each,
      conflict: conflicts.includes(each),
      linesOne: linesOne?.get(each) ?? [],
      linesOther: linesOther?.get(each) ?? [],
    })),
  };
}

function pathsOf({ files }: Side): readonly string[] {
  return files.flatMap(({ path: to, from }) => (from === undefined ? [to] : [to, from]));
}

/** The tree that would come of it is printed first, then each file that somebody would have to settle. */
async function conflictsOf(scratch: string, one: string, other: string): Promise<readonly string[]> {
  const args = [
    'merge-tree',
    '--write-tree',
    '--allow-unrelated-histories',
    '--name-only',
    '--no-messages',
    '-z',
  ];
  try {
    const [, ...names] = await gitPieces(scratch, [...args, one, other], { accepts: [0, 1] });
    return [...new Set(names.filter(name => name !== ''))];
  } catch (cause) {
    if (cause instanceof InterlockError && /usage: git merge-tree|unknown option/.test(cause.message))
      throw oldGit(cause);
    throw cause;
  }
}

/** Which lines of the earlier text each file's changes replace; what is only inserted counts for the line before it. */
async function linesChanged(
  scratch: string,
  base: string,
  tip: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, LineRange[]>> {
  const found = new Map<string, LineRange[]>();
  for (const each of paths) {
    const { stdout } = await runGit(scratch, [
      '--literal-pathspecs',
      'diff',
      '--unified=0',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      '--no-renames',
      base,
      tip,
      '--',
      each,
    ]);
    const ranges = [...stdout.matchAll(/^@@ -(\d+)(?:,(\d+))? /gm)].map(([, start, count]): LineRange => {
      const first = Number(start);
      return [first, first + Math.max(1, Number(count ?? 1)) - 1];
    });
    found.set(each, ranges);
  }
  return found;
}

function oldGit(cause: unknown): InterlockError {
  return new InterlockError(
    'not_found',
    'This git cannot merge without a worktree: that came with version 2.38.',
    {
      next: 'Update git.',
      cause,
    },
  );
}
