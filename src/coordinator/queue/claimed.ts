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
