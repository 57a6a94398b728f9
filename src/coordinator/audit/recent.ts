import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { AuditRecord } from './record.ts';

/** How far back from the newest record is looked at most: this is asked while somebody waits. */
const mostRecords = 500;

/** The records of an operation that was carried out in the last seconds, the newest first, by the database's clock. */
export async function recentlyDone(
  queryable: Queryable,
  projectId: string,
  operation: string,
  withinSeconds: number,
): Promise<readonly AuditRecord[]> {
  const rows = await queryable.query(sql<{ body: string }>`
    select body from (
      select sequence, recorded_at, body from audit_log where project_id = ${projectId}
      order by sequence desc limit ${mostRecords}
    ) as latest
    where recorded_at > clock_timestamp() - make_interval(secs => ${withinSeconds})
    order by sequence desc`);
  return rows
    .map(({ body }) => JSON.parse(body) as AuditRecord)
    .filter(record => record.operation === operation && record.outcome === 'done');
}
