import { gitPieces, runGit } from '../git.ts';
import type { FileChange } from './observed.ts';

/** A file that a branch changed, with what it holds now: null where it is gone. */
export interface ChangedFile extends FileChange {
  readonly object: string | null;
}

/** Two commits that are compared, the later one first. */
export type Span = readonly [tip: string, base: string];

/**
 * What changed between the two commits of each span, in one call of git for all of them.
 * @param exactRenames recognise only renames that changed nothing else: for the others git would have to fetch contents
 */
export async function changesIn(
  folder: string,
  spans: readonly Span[],
  exactRenames: boolean,
): Promise<readonly (readonly ChangedFile[])[]> {
  if (spans.length === 0) return [];
  const pieces = await gitPieces(folder, ['diff-tree', '--stdin', '--always', ...diffOptions(exactRenames)], {
    // A commit with another one behind it is compared with that one as if it were its parent.
    input: `${spans.map(([tip, base]) => `${tip} ${base}`).join('\n')}\n`,
  });
  const found: ChangedFile[][] = [];
  for (let at = 0; at < pieces.length; at++) {
    const piece = (pieces[at] ?? '').replace(/^\n/, '');
    // Each span begins with its commit; that the count is right is checked below.
    if (!piece.startsWith(':')) found.push([]);
    else {
      const [, , , object = '', status = ''] = piece.split(' ');
      const isRename = status.startsWith('R') || status.startsWith('C');
      const from = pieces[++at] ?? '';
      const path = isRename ? (pieces[++at] ?? '') : from;
      found.at(-1)?.push(fileOf(status, object, path, from));
    }
  }
  if (found.length !== spans.length) {
    throw new Error(`git compared ${found.length} spans of ${spans.length}`);
  }
  return found;
}

/** Everything that a commit holds, as added. */
export async function allFilesOf(folder: string, tip: string): Promise<readonly ChangedFile[]> {
  const { stdout } = await runGit(folder, ['hash-object', '-t', 'tree', '--stdin']);
  const pieces = await gitPieces(folder, ['diff-tree', ...diffOptions(true), stdout.trim(), tip]);
  const found: ChangedFile[] = [];
  for (let at = 0; at + 1 < pieces.length; at += 2) {
    const object = pieces[at]?.split(' ')[3] ?? '';
    const path = pieces[at + 1] ?? '';
    found.push(fileOf('A', object, path, path));
  }
  return found;
}

function diffOptions(exactRenames: boolean): readonly string[] {
  return [
    '-r',
    '-z',
    '--raw',
    '--no-ext-diff',
    '--no-textconv',
    '--no-abbrev',
    exactRenames ? '-M100%' : '-M',
    '-l1000',
  ];
}

function fileOf(status: string, object: string, path: string, from: string): ChangedFile {
  switch (status[0]) {
    case 'A':
    case 'C':
      return { path, change: 'added', object };
    case 'D':
      return { path, change: 'removed', object: null };
    case 'R':
      return { path, change: 'renamed', from, object };
    default:
      return { path, change: 'modified', object };
  }
}

/**
 * Which of the changes are in the base already, word for word: merged by squashing, or picked one by one. The base is
 * asked for its names alone, so that nothing has to be fetched.
 * @param changed what each branch changed
 */
export async function areContained(
  folder: string,
  changed: readonly (readonly ChangedFile[])[],
  base: string,
): Promise<readonly boolean[]> {
  if (changed.every(files => files.length === 0)) return changed.map(() => false);
  const entries = await gitPieces(folder, ['ls-tree', '-r', '-z', '--full-tree', base]);
  const objects = new Map<string, string>();
  for (const entry of entries) {
    const tab = entry.indexOf('\t');
    objects.set(entry.slice(tab + 1), entry.slice(0, tab).split(' ')[2] ?? '');
  }
  return changed.map(files => files.length > 0 && files.every(file => isIn(objects, file)));
}

/** A renamed file is gone from where it was. */
function isIn(objects: ReadonlyMap<string, string>, { path, object, from }: ChangedFile): boolean {
  if (from !== undefined && objects.has(from)) return false;
  return object === null ? !objects.has(path) : objects.get(path) === object;
}
