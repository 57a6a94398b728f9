import { z } from 'zod';
import { type OperationContext, operation } from '../../kernel/operation.ts';
import {
  type BranchHeld,
  branchTtlMinutes,
  freeBranchesExcept,
  heldForBranches,
  holdForBranch,
} from '../../locks/branch-locks.ts';
import { branchType } from '../../locks/branch-type.ts';
import { resolve } from '../../profiles/profile.ts';
import { readBook } from '../../profiles/store.ts';
import { takeTurn } from '../../projects/turn.ts';
import { endStandInsExcept } from '../../sessions/end.ts';
import { keepStandIns } from '../../sessions/stand-ins.ts';
import { ObservedBranch, Oddity } from './observed.ts';
import {
  branchesAtWork,
  dropOldClones,
  filesOfBranches,
  keepBranches,
  keepClone,
  type WorkingBranch,
} from './store.ts';
import { targetsOfBranch } from './targets.ts';
import { sessionsBehind } from './ties.ts';

/** Names of branches that one record or answer lists at most. */
const mostNamed = 50;

/**
 * What was found in one clone becomes what is known of it: branches that are not named are gone. What unmerged ones change
 * is held by sessions that stand for them, until {@link branchTtlMinutes} after they last moved.
 */
export const recordBranches = operation({
  name: 'record_branches',
  title: 'Record branches',
  description: 'Reports the agent branches of a clone, replacing the last report.',
  access: 'write',
  callers: ['system'],
  tool: false,
  idempotent: true,
  audited: (_, { changed }) => changed.length > 0,
  input: z.object({
    source: z.string().regex(/^[0-9a-f]{32}$/),
    folder: z.string(),
    folds_case: z.boolean(),
    oddities: z.array(Oddity),
    bases: z.array(z.string()),
    branches: z.array(ObservedBranch).optional().describe('Absent: they are as in the last report.'),
  }),
  output: z.object({
    success: z.literal(true),
    known: z.boolean().describe('False where nothing was reported of the clone before: send its branches.'),
    at_work: z.number().int().describe('Branches that hold what they change.'),
    more: z.boolean().describe('Not all of it is written yet: report again, and the rest is.'),
    changed: z.array(z.string()).describe('Branches that came, moved or went.'),
  }),
  resource: () => ({ type: 'Project', id: 'branches' }),
  async run(context, input) {
    const { tx, project, emit, note } = context;
    await takeTurn(tx, project.id);
    await dropOldClones(tx, project.id);
    const clone = await keepClone(tx, project.id, input);
    const changed = input.branches
      ? await keepBranches(tx, project.id, {
          ...input,
          branches: input.branches,
          lookedAt: clone.lookedBefore,
        })
      : [];
    const branches = await branchesWithTrust(context);
    const sessions = await keepStandIns(
      context,
      branchType,
      branches.map(({ branch, agentId }) => ({ name: branch, agentId, task: branch })),
    );
    await endStandInsExcept(
      context,
      branchType,
      [...sessions.values()],
      'its branch is merged, gone, or at rest',
    );
    const freed = await freeBranchesExcept(tx, project.id, [...sessions.values()]);
    const { moved, more } = await holdChanged(context, branches, sessions, changed, input.folds_case);
    for (const branch of changed.slice(0, mostNamed)) emit({ topic: 'branch.changed', subject: branch });
    if (freed + moved > 0 || changed.length > 0) emit({ topic: 'lock.changed', subject: 'branches' });
    note({ folder: input.folder, branches: changed.slice(0, mostNamed), count: changed.length });
    return {
      success: true as const,
      known: clone.lookedBefore !== null,
      at_work: branches.length,
      more,
      changed: changed.slice(0, mostNamed),
    };
  },
});

/** Branches whose files one transaction writes, so that nobody waits long for its turn. */
const mostAtOnce = 100;

/** Writes what has come to be different: of a thousand branches at rest nothing is written. `moved` is how many files that were. */
async function holdChanged(
  context: OperationContext,
  branches: readonly WorkingBranch[],
  sessions: ReadonlyMap<string, string>,
  changed: readonly string[],
  foldsCase: boolean,
): Promise<{ readonly moved: number; readonly more: boolean }> {
  const { tx, project } = context;
  const [tiedTo, held] = [
    await sessionsBehind(tx, project.id, branches),
    await heldForBranches(tx, project.id),
  ];
  const wanted = branches.map(branch => {
    const sessionId = sessions.get(branch.branch);
    if (sessionId === undefined) throw new Error(`no session stands for ${branch.branch}`);
    return { ...branch, sessionId, tiedTo: tiedTo.get(branch.branch) ?? null };
  });
  const isChanged = new Set(changed);
  const [asHeld, others] = partition(wanted, hold => isAsHeld(hold, held.get(hold.sessionId)));
  // Of those that look as they did only this report says that their files are others; the rest can wait for the next.
  const written = [...asHeld.filter(({ branch }) => isChanged.has(branch)), ...others.slice(0, mostAtOnce)];
  const files = await filesOfBranches(
    tx,
    project.id,
    written.map(({ branch }) => branch),
  );
  let moved = 0;
  for (const hold of written) {
    const targets = targetsOfBranch(files.get(hold.branch) ?? [], { worktree: null, foldsCase });
    moved += await holdForBranch(context, { ...hold, targets });
  }
  return { moved, more: others.length > mostAtOnce };
}

function partition<Item>(
  items: readonly Item[],
  isFirst: (item: Item) => boolean,
): readonly [Item[], Item[]] {
  return [items.filter(isFirst), items.filter(item => !isFirst(item))];
}

function isAsHeld(wanted: BranchHeld, held: BranchHeld | undefined): boolean {
  return (
    held !== undefined &&
    held.worktree === wanted.worktree &&
    held.tiedTo === wanted.tiedTo &&
    held.movedAt.getTime() === wanted.movedAt.getTime()
  );
}

/** Whoever may only read holds no locks, and neither does a branch in their name. */
async function branchesWithTrust({ tx, project }: OperationContext): Promise<readonly WorkingBranch[]> {
  const [branches, book] = await Promise.all([
    branchesAtWork(tx, project.id, branchTtlMinutes),
    readBook(tx, project.id),
  ]);
  return branches.filter(({ agentId }) => {
    const { trust } = resolve(book, { sessionId: '', agentId, agentType: branchType });
    return trust >= 2;
  });
}
