import { recordOfSystem } from '../audit/record.ts';
import { appendAudit } from '../audit/recorder.ts';
import type { Database } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { type Periodic, repeat } from '../kernel/periodic.ts';
import { keptDays } from './store.ts';

/** Days are coarse: once an hour is often enough, in milliseconds. */
const removeEveryMs = 3_600_000;

/** Removes at once the messages that are too old, and then every hour until it is closed. */
export function startRemovingMessages(database: Database, onError: (error: unknown) => void): Periodic {
  return repeat(() => removeOldMessages(database), removeEveryMs, onError);
}

/** Removes what was sent longer ago than messages are kept, with a record of how many in each project, and answers how many. */
export async function removeOldMessages(database: Database): Promise<number> {
  const isOld = sql<boolean>`sent_at < now() - make_interval(days => ${keptDays})`;
  const projects = await database.query(
    sql<{ project_id: string }>`select distinct project_id from messages where ${isOld}`,
  );
  let removed = 0;
  for (const { project_id } of projects) {
    removed += await database.transaction(async tx => {
      const rows = await tx.query(
        sql`delete from messages where project_id = ${project_id} and ${isOld} returning id`,
      );
      const record = recordOfSystem('messages', {
        operation: 'remove_messages',
        resource: { type: 'Project', id: 'messages' },
        facts: { removed: rows.length, kept_days: keptDays },
      });
      if (rows.length > 0) await appendAudit(tx, project_id, record);
      return rows.length;
    });
  }
  return removed;
}
