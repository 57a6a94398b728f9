import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { isClaimedBy } from './store.ts';

/** The tasks that a session works on now, the one it claimed last first. */
export async function tasksClaimedBy(
  queryable: Queryable,
  projectId: string,
  sessionId: string,
): Promise<readonly string[]> {
  const rows = await queryable.query(sql<{ id: string }>`
    select id from tasks where project_id = ${projectId} and ${isClaimedBy(sessionId)} order by claimed_at desc`);
  return rows.map(({ id }) => id);
}

/** Who works on these tasks now: task → session. */
export async function claimersOf(
  queryable: Queryable,
  projectId: string,
  taskIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await queryable.query(sql<{ id: string; claimed_by: string }>`
    select id, claimed_by from tasks
    where project_id = ${projectId} and id::text = any(${[...taskIds]}::text[]) and lease_until > clock_timestamp()`);
  return new Map(rows.map(({ id, claimed_by }) => [id, claimed_by]));
}
