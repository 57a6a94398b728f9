import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** How many locks hold, in all projects. */
export async function countHeldLocks(db: Queryable): Promise<number> {
  const [row] = await db.query(
    sql<{ count: number }>`select count(*)::int as count from locks where expires_at > now()`,
  );
  return row?.count ?? 0;
}
