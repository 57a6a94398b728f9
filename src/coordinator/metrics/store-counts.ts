import { countPendingApprovals } from '../approvals/count.ts';
import { countRecords } from '../audit/count.ts';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { countHeldLocks } from '../locks/count.ts';
import { countOpenTasks, type OpenTasks } from '../queue/count.ts';
import { countOpenSessions } from '../sessions/count.ts';

/** What is in the store at this moment, over all projects. */
export interface StoreCounts {
  readonly sessions: number;
  readonly locks: number;
  readonly pendingApprovals: number;
  readonly tasks: OpenTasks;
  readonly auditRecords: number;
  /** As the database itself counts it. */
  readonly bytes: number;
}

/** Six short questions, none of which reads a table that only grows. */
export async function countStore(db: Queryable): Promise<StoreCounts> {
  const [sessions, locks, pendingApprovals, tasks, auditRecords, bytes] = await Promise.all([
    countOpenSessions(db),
    countHeldLocks(db),
    countPendingApprovals(db),
    countOpenTasks(db),
    countRecords(db),
    databaseSize(db),
  ]);
  return { sessions, locks, pendingApprovals, tasks, auditRecords, bytes };
}

async function databaseSize(db: Queryable): Promise<number> {
  const [row] = await db.query(
    sql<{ bytes: number }>`select pg_database_size(current_database())::float8 as bytes`,
  );
  return row?.bytes ?? 0;
}
