import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { OperationContext } from '../kernel/operation.ts';
import { unnested } from './grant.ts';
import type { Target } from './path.ts';

/** For how long after it last moved a branch holds what it changes, in minutes. */
export const branchTtlMinutes = 240;

/** What a branch changes, and who it belongs to. */
export interface BranchHold {
  /** The session that stands for the branch. */
  readonly sessionId: string;
  readonly agentId: string;
  readonly branch: string;
  /** Where it is checked out on this machine. */
  readonly worktree: string | null;
  /** The session that works on it. */
  readonly tiedTo: string | null;
  readonly movedAt: Date;
  readonly targets: readonly BranchTarget[];
}

/** A file, and in a few words what the branch does to it. */
export interface BranchTarget extends Target {
  readonly how: string;
}

/**
 * Makes what the branch changes its locks, and nothing else: what it changes no more is free. They last
 * {@link branchTtlMinutes} from when it moved last. Answers how many came and went.
 */
export async function holdForBranch(
  { tx, project }: Pick<OperationContext, 'tx' | 'project'>,
  hold: BranchHold,
): Promise<number> {
  const { sessionId, agentId, branch, worktree, tiedTo, movedAt, targets } = hold;
  const [row] = await tx.query(sql<{ changed: number }>`
    with target as materialized (
      select target.*, how from ${unnested(targets)}
      join unnest(${targets.map(({ how }) => how)}::text[]) with ordinality as told (how, at) on at = position
    ),
    gone as (
      delete from branch_locks
      where session_id = ${sessionId} and not exists (
        select from target where target.kind = branch_locks.kind and target.key = branch_locks.key
      )
      returning 1
    ),
    held as (
      insert into branch_locks (
        project_id, session_id, kind, key, path, base, folds_case, agent_id, branch, worktree, tied_to, reason,
        acquired_at, expires_at
      )
      select ${project.id}::uuid, ${sessionId}::uuid, kind, key, path, base, folds_case, ${agentId}, ${branch}, ${worktree},
        ${tiedTo}::uuid, how, clock_timestamp(), ${movedAt}::timestamptz + make_interval(mins => ${branchTtlMinutes})
      from target
      on conflict (session_id, kind, key) do update set
        worktree = excluded.worktree, tied_to = excluded.tied_to, reason = excluded.reason,
        expires_at = excluded.expires_at
      where (branch_locks.worktree, branch_locks.tied_to, branch_locks.reason, branch_locks.expires_at)
        is distinct from (excluded.worktree, excluded.tied_to, excluded.reason, excluded.expires_at)
      returning 1
    )
    select ((select count(*) from gone) + (select count(*) from held))::int as changed`);
  return row?.changed ?? 0;
}

/** How the holds of one branch stand, apart from the files themselves. */
export interface BranchHeld {
  readonly worktree: string | null;
  readonly tiedTo: string | null;
  readonly movedAt: Date;
}

/** What each session holds for its branch, so that only what has changed is written again. */
export async function heldForBranches(
  tx: Queryable,
  projectId: string,
): Promise<ReadonlyMap<string, BranchHeld>> {
  const rows = await tx.query(
    sql<{ session_id: string; worktree: string | null; tied_to: string | null; moved_at: Date }>`
      select distinct on (session_id) session_id, worktree, tied_to,
        expires_at - make_interval(mins => ${branchTtlMinutes}) as moved_at
      from branch_locks where project_id = ${projectId} order by session_id`,
  );
  return new Map(
    rows.map(row => [row.session_id, { worktree: row.worktree, tiedTo: row.tied_to, movedAt: row.moved_at }]),
  );
}

/** Frees what branches hold that are merged, gone or at rest, in one statement. Answers how many files that were. */
export async function freeBranchesExcept(
  tx: Queryable,
  projectId: string,
  sessionIds: readonly string[],
): Promise<number> {
  const [row] = await tx.query(sql<{ freed: number }>`
    with freed as (
      delete from branch_locks
      where project_id = ${projectId} and session_id <> all(${[...sessionIds]}::uuid[]) returning 1
    )
    select count(*)::int as freed from freed`);
  return row?.freed ?? 0;
}
