import { sql } from '../database/sql.ts';
import type { OperationContext } from '../kernel/operation.ts';
import { takeTurn } from '../projects/turn.ts';
import { failDependants } from './cascade.ts';
import { isOpen } from './store.ts';

export interface ReturnedClaims {
  /** Tasks that wait for a worker again. */
  readonly returned: readonly string[];
  /** Tasks that had no attempt left. */
  readonly failed: readonly string[];
  /** Tasks that depended on those. */
  readonly cancelled: readonly string[];
  readonly held: readonly string[];
}

/**
 * Gives back what a session has claimed, since it ends: its tasks wait for a worker again, or have failed where they
 * have no attempt left. Whoever calls it records what it answers, and does so after it: nothing that is recorded may be
 * followed by a wait for a task.
 */
export async function returnClaimsOfSession(
  scene: Pick<OperationContext, 'tx' | 'project' | 'emit'>,
  sessionId: string,
  reason: string,
): Promise<ReturnedClaims> {
  const { tx, project, emit } = scene;
  await takeTurn(tx, project.id);
  const rows = await tx.query(sql<{ id: string; ended: boolean; agent: string | null }>`
    with given as (
      select id, claimed_by_agent, cardinality(claimants) >= max_attempts as ends from tasks
      where project_id = ${project.id} and claimed_by = ${sessionId} and ${isOpen}
      order by number for no key update
    )
    update tasks set
      status = case when ends then 'failed' else 'pending' end,
      failure_code = case when ends then 'attempts_exhausted' end,
      failure_message = case when ends then
        format('Each of its %s claims was lost; the last one when the session ended: %s.', max_attempts, ${reason}::text) end,
      ended_at = case when ends then clock_timestamp() end,
      ended_by = case when ends then 'session end' end,
      lease_until = null, lease_minutes = null,
      claimed_by = case when ends then claimed_by end,
      claimed_by_agent = case when ends then tasks.claimed_by_agent end,
      claimed_at = case when ends then claimed_at end,
      started_at = case when ends then started_at end
    from given where given.id = tasks.id
    returning tasks.id, ends as ended, given.claimed_by_agent as agent`);
  for (const { id, ended, agent } of rows) {
    emit(
      ended
        ? { topic: 'task.failed', subject: id, facts: { code: 'attempts_exhausted', agent } }
        : { topic: 'task.returned', subject: id, facts: { agent, session: sessionId } },
    );
  }
  const failed = rows.filter(row => row.ended).map(row => row.id);
  const { cancelled, held } = await failDependants(scene, failed, 'session end');
  const returned = rows.filter(row => !row.ended).map(row => row.id);
  return { returned, failed, cancelled, held };
}
