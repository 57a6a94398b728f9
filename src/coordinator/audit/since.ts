import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { AuditRecord } from './record.ts';

export interface RecentRecord {
  readonly sequence: number;
  readonly recordedAt: Date;
  readonly record: AuditRecord;
}

/** The records of the last days, newest first. */
export async function readRecent(
  db: Queryable,
  projectId: string,
  days: number,
  limit: number,
): Promise<readonly RecentRecord[]> {
  const rows = await db.query(sql<{ sequence: number; recorded_at: Date; body: string }>`
    select sequence, recorded_at, body from audit_log
    where project_id = ${projectId} and recorded_at > now() - make_interval(days => ${days})
    order by sequence desc limit ${limit}`);
  return rows.map(({ sequence, recorded_at, body }) => ({
    sequence,
    recordedAt: recorded_at,
    record: JSON.parse(body) as AuditRecord,
  }));
}
