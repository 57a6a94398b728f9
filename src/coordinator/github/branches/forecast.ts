import { z } from 'zod';
import { sql } from '../../database/sql.ts';
import { InterlockError } from '../../kernel/errors.ts';
import { type OperationContext, operation } from '../../kernel/operation.ts';
import { mergeTrial, type TrialMerge } from './merge-trial.ts';
import type { FileChange } from './observed.ts';

/** Pairs that one call compares, since each is a merge. */
const mostPairs = 200;

const Lines = z
  .array(z.tuple([z.number().int(), z.number().int()]))
  .describe('First and last line, as they were where the two branches parted.');

const SharedFile = z.object({
  file_path: z.string(),
  conflict: z.boolean().describe('False: both change it, and git merges it by itself.'),
  lines_one: Lines,
  lines_other: Lines,
});

const Pair = z.object({
  one: z.string(),
  other: z.string(),
  conflict: z.boolean(),
  files: z.array(SharedFile),
});

/** Merges agent branches by twos without leaving a trace, to see where they will collide. */
export const forecastConflicts = operation({
  name: 'forecast_conflicts',
  title: 'Forecast merge conflicts',
  description:
    'Says which agent branches of this repository would conflict with which, in which files and lines, before anybody merges. Name a branch to learn about that one alone.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  input: z.object({
    branch: z.string().min(1).max(1000).optional().describe('agent/<agent id>/<task id>'),
    with_branch: z.string().min(1).max(1000).optional().describe('Only against this one.'),
    conflicts_only: z.boolean().default(false),
  }),
  output: z.object({
    pairs: z.array(Pair).describe('Branches that change the same files, those in conflict first.'),
    truncated: z.boolean(),
  }),
  resource: () => ({ type: 'Project', id: 'branches' }),
  async run(context, { branch, with_branch, conflicts_only }) {
    const { worktree } = context;
    if (worktree === null) throw noWorktree();
    const pairs = await pairsThatMeet(context, branch, with_branch);
    const found = await mergeTrial(worktree, pairs.slice(0, mostPairs));
    const shown = found
      .map(pairOf)
      .filter(pair => pair.files.length > 0 && (pair.conflict || !conflicts_only))
      .sort((a, b) => Number(b.conflict) - Number(a.conflict) || a.one.localeCompare(b.one));
    return { pairs: shown, truncated: pairs.length > mostPairs };
  },
});

interface OpenBranch {
  readonly branch: string;
  readonly tip: string;
  readonly files: readonly FileChange[];
}

/** Open branches as this machine's clones have them, by twos, where both change something in common. */
async function pairsThatMeet(
  { tx, project }: OperationContext,
  branch: string | undefined,
  with_branch: string | undefined,
) {
  const branches = await tx.query(sql<OpenBranch>`
    select distinct on (branch) branch, tip, files from agent_branches
    where project_id = ${project.id} and standing = 'open' and files <> '[]'
    order by branch, moved_at desc, ref, source`);
  for (const named of [branch, with_branch]) {
    if (named !== undefined && !branches.some(each => each.branch === named)) throw noBranch(named);
  }
  const byPath = new Map<string, Set<number>>();
  for (const [index, { files }] of branches.entries()) {
    for (const path of files.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]))) {
      byPath.set(path, (byPath.get(path) ?? new Set()).add(index));
    }
  }
  const met = new Set<string>();
  for (const indexes of byPath.values()) {
    const [...meeting] = indexes;
    for (const one of meeting) for (const other of meeting) if (one < other) met.add(`${one} ${other}`);
  }
  return [...met].flatMap(key => {
    const [one, other] = key.split(' ').map(index => branches[Number(index)]);
    if (!one || !other) return [];
    const names = [one.branch, other.branch];
    const isMeant = [branch, with_branch].every(named => named === undefined || names.includes(named));
    return isMeant ? { one, other } : [];
  });
}

function pairOf({ one, other, files }: TrialMerge): z.input<typeof Pair> {
  return {
    one,
    other,
    conflict: files.some(({ conflict }) => conflict),
    files: files.map(({ path, conflict, linesOne, linesOther }) => ({
      file_path: path,
      conflict,
      lines_one: linesOne,
      lines_other: linesOther,
    })),
  };
}

function noWorktree(): InterlockError {
  return new InterlockError('invalid_input', 'cwd: a forecast needs a clone of the repository.', {
    next: 'Ask from a folder of the repository (header interlock-cwd).',
    params: { field: 'cwd' },
  });
}

function noBranch(branch: string): InterlockError {
  return new InterlockError('not_found', `${JSON.stringify(branch)} is no open branch of an agent here.`, {
    next: 'list_branches shows those that are.',
    params: { branch },
  });
}
