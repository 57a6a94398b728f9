import { sql } from '../database/sql.ts';
import type { OperationContext } from '../kernel/operation.ts';
import { areApart, type HeldLock } from './claim.ts';
import type { Takeover } from './fence.ts';
import type { Holder } from './grant.ts';

/** What somebody else does with a path, in a sentence for an agent. */
export function adviceAbout(lock: HeldLock, scope: string): string {
  if (lock.mode === 'unsaved' && !areApart(lock.scope, scope)) {
    return `${lock.agentId} has unsaved changes in ${lock.path}: ask them to save it before you write.`;
  }
  const how = lock.mode === 'branch' ? lock.reason : null;
  return changedElsewhere(lock.agentId, lock.path, lock.branch, lock.worktree, how);
}

export function takeoverAdvice({ path, agentId, takenAt }: Takeover): string {
  return `Your earlier lock on ${path} lapsed, and ${agentId} took it at ${takenAt.toISOString()}: read the file again before you write.`;
}

function changedElsewhere(
  agent: string,
  path: string,
  branch: string | null,
  worktree: string | null,
  how: string | null = null,
): string {
  const where = branch === null ? `in ${worktree ?? 'another worktree'}` : `on branch ${branch}`;
  return `${agent} changes ${path} too, ${where}${how === null ? '' : ` (${how})`}: expect to merge, or agree on who changes what.`;
}

/**
 * Keeps for the other side of a word of advice that `holder` changes the same paths: its next tool call is told once.
 * Events say so at once to whoever watches.
 */
export async function adviseOthers(
  context: OperationContext,
  holder: Holder,
  advised: readonly HeldLock[],
): Promise<void> {
  const { tx, project, worktree, branch, emit } = context;
  if (advised.length === 0) return;
  await tx.query(sql`
    insert into lock_advice (
      project_id, session_id, path, other_session_id, other_agent_id, other_worktree, other_branch, given_at
    )
    select ${project.id}::uuid, session_id, path, ${holder.sessionId}::uuid, ${holder.agentId}, ${worktree}, ${branch}, now()
    from unnest(
      ${advised.map(lock => lock.sessionId)}::uuid[], ${advised.map(lock => lock.path)}::text[]
    ) as advised (session_id, path)
    on conflict (session_id, path, other_session_id) do nothing`);
  for (const lock of advised) {
    const facts = { agent: lock.agentId, session: lock.sessionId, other: holder.agentId };
    emit({ topic: 'lock.advised', subject: lock.path, facts });
  }
}

interface AdviceRow {
  readonly path: string;
  readonly other_agent_id: string;
  readonly other_worktree: string | null;
  readonly other_branch: string | null;
}

/** What others have begun to do, in other worktrees, with the paths of this session since it was last asked for. Each is told once. */
export async function adviceFor(
  { tx }: Pick<OperationContext, 'tx'>,
  sessionId: string,
): Promise<readonly string[]> {
  const rows = await tx.query(sql<AdviceRow>`
    delete from lock_advice where session_id = ${sessionId}
    returning path, other_agent_id, other_worktree, other_branch`);
  return rows.map(row =>
    changedElsewhere(row.other_agent_id, row.path, row.other_branch, row.other_worktree),
  );
}
