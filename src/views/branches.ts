import type { Row } from './row.ts';

/**
 * A row in its place. The same object stands for the same row from one drawing to the next, since the editor knows rows
 * by the objects it was given.
 */
export interface Branch<Subject> {
  row: Row<Subject>;
  children: readonly Branch<Subject>[];
  readonly parent: Branch<Subject> | undefined;
}

/** What has to be drawn again: these rows with what is below them, or everything. */
export type Redraw<Subject> = readonly Branch<Subject>[] | 'all';

/** Puts new rows in the place of old ones and says which of them look different. */
export function regrow<Subject>(
  before: readonly Branch<Subject>[],
  rows: readonly Row<Subject>[],
): { readonly branches: readonly Branch<Subject>[]; readonly redraw: Redraw<Subject> } {
  const redraw: Branch<Subject>[] = [];
  const branches = grow(before, rows, undefined, redraw);
  return { branches, redraw: isSameOrder(before, branches) ? redraw : 'all' };
}

function grow<Subject>(
  before: readonly Branch<Subject>[],
  rows: readonly Row<Subject>[],
  parent: Branch<Subject> | undefined,
  redraw: Branch<Subject>[],
): readonly Branch<Subject>[] {
  const known = new Map(before.map(branch => [branch.row.id, branch]));
  return rows.map(row => {
    const branch = known.get(row.id) ?? { row, children: [], parent };
    const below: Branch<Subject>[] = [];
    const children = grow(branch.children, row.children ?? [], branch, below);
    const isDifferent = looksOf(branch.row) !== looksOf(row) || !isSameOrder(branch.children, children);
    branch.row = row;
    branch.children = children;
    redraw.push(...(isDifferent ? [branch] : below));
    return branch;
  });
}

/** What the editor was given last as the children of a branch, of those that it shows. */
export type Given<Subject> = Pick<ReadonlyMap<Branch<Subject>, readonly Branch<Subject>[]>, 'get'>;

/** The uppermost branches below which the editor shows other rows than there are. */
export function outdated<Subject>(
  branches: readonly Branch<Subject>[],
  given: Given<Subject>,
): readonly Branch<Subject>[] {
  return branches.flatMap(branch => {
    const shown = given.get(branch);
    if (shown !== undefined && !isSameOrder(shown, branch.children)) return [branch];
    return outdated(branch.children, given);
  });
}

/** The same rows in the same places. */
export function isSameOrder<Subject>(
  before: readonly Branch<Subject>[],
  after: readonly Branch<Subject>[],
): boolean {
  return before.length === after.length && before.every((branch, index) => branch === after[index]);
}

/** All that is seen of a row itself. */
function looksOf<Subject>({ children, subject: _, ...seen }: Row<Subject>): string {
  return JSON.stringify([seen, children === undefined]);
}
