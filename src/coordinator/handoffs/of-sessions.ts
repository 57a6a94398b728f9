import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { columns, type HandoffRow } from './store.ts';

/** The handoffs that these sessions wrote, the newest first. */
export async function handoffsOfSessions(
  db: Queryable,
  projectId: string,
  sessionIds: readonly string[],
): Promise<readonly HandoffRow[]> {
  if (sessionIds.length === 0) return [];
  return db.query(sql<HandoffRow>`
    select ${columns} from handoffs
    where project_id = ${projectId} and session_id = any(${[...sessionIds]}::uuid[])
    order by written_at desc, id desc`);
}
