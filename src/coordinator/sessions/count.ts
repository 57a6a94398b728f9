import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** How many sessions are open, in all projects. */
export async function countOpenSessions(db: Queryable): Promise<number> {
  const [row] = await db.query(
    sql<{ count: number }>`select count(*)::int as count from sessions where ended_at is null`,
  );
  return row?.count ?? 0;
}
