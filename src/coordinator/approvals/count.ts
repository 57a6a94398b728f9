import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** How many approvals wait for a person, in all projects. */
export async function countPendingApprovals(db: Queryable): Promise<number> {
  const [row] = await db.query(sql<{ count: number }>`
    select count(*)::int as count from approvals where status = 'pending' and expires_at > now()`);
  return row?.count ?? 0;
}
