import { hostname } from 'node:os';
import type { Queryable } from '../../database/port.ts';
import { jsonb, sql } from '../../database/sql.ts';
import type { FileChange, ObservedBranch } from './observed.ts';

export interface CloneReport {
  readonly source: string;
  readonly folder: string;
  readonly oddities: readonly string[];
  readonly bases: readonly string[];
}

/** Writes down that the clone was looked at now, and answers when it was before; null for the first time. */
export async function keepClone(
  tx: Queryable,
  projectId: string,
  { source, folder, oddities, bases }: CloneReport,
): Promise<{ readonly lookedBefore: Date | null }> {
  const [before] = await tx.query(sql<{ looked_at: Date }>`
    select looked_at from clones where project_id = ${projectId} and source = ${source}`);
  await tx.query(sql`
    insert into clones (project_id, source, machine, folder, oddities, bases, looked_at)
    values (${projectId}, ${source}, ${hostname()}, ${folder}, ${[...oddities]}::text[], ${[...bases]}::text[], clock_timestamp())
    on conflict (project_id, source) do update set
      folder = excluded.folder, oddities = excluded.oddities, bases = excluded.bases, looked_at = excluded.looked_at`);
  return { lookedBefore: before?.looked_at ?? null };
}

/** Nobody looks at a clone any more after this many days: it was deleted, or its machine is gone. */
const cloneKeptDays = 7;

/** Forgets clones that nobody looks at any more, with their branches. */
export async function dropOldClones(tx: Queryable, projectId: string): Promise<void> {
  await tx.query(sql`
    delete from clones
    where project_id = ${projectId} and looked_at < clock_timestamp() - make_interval(days => ${cloneKeptDays})`);
}

/**
 * Makes these the branches of the clone and answers the names of those that came, moved or went. When a branch moved is
 * known as well as can be: since the clone was looked at before, and not before its last commit.
 */
export async function keepBranches(
  tx: Queryable,
  projectId: string,
  report: {
    readonly source: string;
    readonly branches: readonly ObservedBranch[];
    readonly lookedAt: Date | null;
  },
): Promise<readonly string[]> {
  const { source, branches, lookedAt } = report;
  const rows = await tx.query(sql<{ branch: string }>`
    with seen as materialized (
      select * from jsonb_to_recordset(${jsonb(branches)}) as seen (
        ref text, remote text, branch text, agent_id text, task_id text, tip text, base text, committed_at timestamptz,
        worktree text, standing text, files jsonb
      )
    ),
    gone as (
      delete from agent_branches
      where project_id = ${projectId} and source = ${source} and ref not in (select ref from seen)
      returning branch
    ),
    kept as (
      insert into agent_branches as known (
        project_id, source, ref, remote, branch, agent_id, task_id, tip, base, worktree, standing, files, moved_at
      )
      select ${projectId}::uuid, ${source}, ref, remote, branch, agent_id, task_id, tip, base, worktree, standing, files,
        greatest(${lookedAt}::timestamptz, least(committed_at, clock_timestamp()))
      from seen
      on conflict (project_id, source, ref) do update set
        tip = excluded.tip, base = excluded.base, worktree = excluded.worktree, standing = excluded.standing,
        files = excluded.files,
        moved_at = case when known.tip = excluded.tip then known.moved_at else excluded.moved_at end
      where (known.tip, known.base, known.worktree, known.standing, known.files)
        is distinct from (excluded.tip, excluded.base, excluded.worktree, excluded.standing, excluded.files)
      returning branch
    )
    select branch from gone union select branch from kept order by branch`);
  return rows.map(({ branch }) => branch);
}

/** A branch that has moved of late and is not merged, wherever it was seen. */
export interface WorkingBranch {
  readonly branch: string;
  readonly agentId: string;
  readonly taskId: string;
  readonly worktree: string | null;
  readonly movedAt: Date;
}

interface WorkingRow {
  readonly branch: string;
  readonly agent_id: string;
  readonly task_id: string;
  readonly worktree: string | null;
  readonly moved_at: Date;
}

/**
 * The branches that moved within so many minutes and change something, each once. Merged in one clone is merged, even
 * where another clone does not know it yet.
 */
export async function branchesAtWork(
  tx: Queryable,
  projectId: string,
  withinMinutes: number,
): Promise<readonly WorkingBranch[]> {
  const rows = await tx.query(sql<WorkingRow>`
    select branch, agent_id, task_id, max(worktree) as worktree, max(moved_at) as moved_at
    from agent_branches as found
    where project_id = ${projectId} and standing = 'open' and files <> '[]'
      and moved_at > clock_timestamp() - make_interval(mins => ${withinMinutes})
      and not exists (
        select from agent_branches as merged
        where merged.project_id = ${projectId} and merged.branch = found.branch and merged.tip = found.tip
          and merged.standing = 'merged'
      )
    group by branch, agent_id, task_id
    order by branch`);
  return rows.map(row => ({
    branch: row.branch,
    agentId: row.agent_id,
    taskId: row.task_id,
    worktree: row.worktree,
    movedAt: row.moved_at,
  }));
}

/** What open branches of these names change, wherever each was seen. */
export async function filesOfBranches(
  tx: Queryable,
  projectId: string,
  branches: readonly string[],
): Promise<ReadonlyMap<string, readonly FileChange[]>> {
  if (branches.length === 0) return new Map();
  const rows = await tx.query(sql<{ branch: string; files: readonly (readonly FileChange[])[] }>`
    select branch, jsonb_agg(files order by ref) as files from agent_branches
    where project_id = ${projectId} and standing = 'open' and branch = any(${[...branches]}::text[])
    group by branch`);
  return new Map(rows.map(({ branch, files }) => [branch, files.flat()]));
}
