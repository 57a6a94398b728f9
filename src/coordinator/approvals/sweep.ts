import type { Database } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { type Periodic, repeat } from '../kernel/periodic.ts';
import { expireOverdue } from './close.ts';
import { isOverdue } from './store.ts';

/** Expiry holds at its second, swept or not; writing it down and telling it may lag by this, in milliseconds. */
const sweepEveryMs = 10_000;

/**
 * Writes down which requests are out of time, in one transaction for each project, and answers how many there were.
 * Nothing depends on it but the record, the events and the room for a new request in a list.
 */
export async function sweepExpired(database: Database): Promise<number> {
  const projects = await database.query(
    sql<{ project_id: string }>`select distinct project_id from approvals where ${isOverdue}`,
  );
  let expired = 0;
  for (const { project_id } of projects) {
    expired += await database.transaction(tx => expireOverdue(tx, sql`project_id = ${project_id}`), {
      projectId: project_id,
    });
  }
  return expired;
}

/** Sweeps at once, for what ran out while no coordinator was there, and then again and again until it is closed. */
export function startSweeping(database: Database, onError: (error: unknown) => void): Periodic {
  return repeat(() => sweepExpired(database), sweepEveryMs, onError);
}
