import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** How many records were ever written, in all projects: those that retention has exported are among them. */
export async function countRecords(db: Queryable): Promise<number> {
  const [row] = await db.query(
    sql<{ count: number }>`select coalesce(sum(sequence), 0)::float8 as count from audit_heads`,
  );
  return row?.count ?? 0;
}
