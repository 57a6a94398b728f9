import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { OperationContext } from '../kernel/operation.ts';
import { takeTurn } from '../projects/turn.ts';

/** How long a lock lasts that a first write took by itself, unless the session does something. In minutes. */
export const automaticTtlMinutes = 15;

type Scene = Pick<OperationContext, 'tx' | 'project' | 'emit'>;

interface LapsedRow {
  readonly path: string;
  readonly fence: number;
  readonly agent_id: string;
}

/**
 * Frees what a session holds, when it stops (`onlyAutomatic`), ends or is cleaned up, and takes it out of the queue.
 * The locks lapse and are not deleted: a session that goes on after all is told what others have taken since. Those that
 * it handed over stay, for whoever receives them. Answers how many were freed.
 */
export async function releaseLocksOfSession(
  { tx, project, emit }: Scene,
  sessionId: string,
  { onlyAutomatic = false }: { readonly onlyAutomatic?: boolean } = {},
): Promise<number> {
  await takeTurn(tx, project.id);
  const freed = await tx.query(sql<LapsedRow>`
    update locks set expires_at = clock_timestamp()
    where session_id = ${sessionId} and project_id = ${project.id} and expires_at > clock_timestamp()
      and (automatic or ${!onlyAutomatic}::boolean) and handoff_id is null
    returning path, fence, agent_id`);
  for (const { path, fence, agent_id: agent } of freed) {
    emit({ topic: 'lock.released', subject: path, facts: { agent, session: sessionId, fence } });
  }
  if (onlyAutomatic) return freed.length;
  await tx.query(
    sql`delete from branch_locks where session_id = ${sessionId} and project_id = ${project.id}`,
  );
  const waited = await tx.query(
    sql<{ path: string; agent_id: string }>`
      delete from lock_waiters where session_id = ${sessionId} and project_id = ${project.id} returning path, agent_id`,
  );
  for (const { path, agent_id: agent } of waited)
    emit({ topic: 'lock.unqueued', subject: path, facts: { agent } });
  await tx.query(sql`delete from lock_advice where session_id = ${sessionId}`);
  return freed.length;
}

/** A sign of life: the locks that the session's own writes took last again as long as at first. */
export async function renewAutomaticLocks(tx: Queryable, sessionId: string): Promise<void> {
  // Renewed once a minute at most, so that most calls write nothing.
  await tx.query(sql`
    update locks set expires_at = clock_timestamp() + make_interval(mins => ${automaticTtlMinutes})
    where session_id = ${sessionId} and automatic and expires_at > clock_timestamp()
      and expires_at < clock_timestamp() + make_interval(mins => ${automaticTtlMinutes - 1})`);
}

/** How long a lapsed lock is remembered for its session, in hours. */
const lapsedKeptHours = 24;

/** Throws away what nobody will ask for any more. Nothing depends on when it runs. */
export async function sweepLocks(tx: Queryable, projectId: string): Promise<void> {
  await tx.query(sql`
    with lapsed as (
      delete from locks
      where project_id = ${projectId} and expires_at < clock_timestamp() - make_interval(hours => ${lapsedKeptHours})
    ),
    unheard as (
      delete from lock_advice
      where project_id = ${projectId} and given_at < clock_timestamp() - make_interval(hours => ${lapsedKeptHours})
    )
    delete from lock_waiters
    where project_id = ${projectId} and lease_until < clock_timestamp() - make_interval(hours => ${lapsedKeptHours})`);
}
