import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** The states in which a task is not over. */
export const openStates = ['pending', 'claimed', 'running'] as const;

export type OpenTasks = Readonly<Record<(typeof openStates)[number], number>>;

/** How many tasks there are in each state that is not the end, in all projects. */
export async function countOpenTasks(db: Queryable): Promise<OpenTasks> {
  const rows = await db.query(sql<{ status: keyof OpenTasks; count: number }>`
    select status, count(*)::int as count from tasks
    where status in ('pending', 'claimed', 'running') group by status`);
  return {
    pending: 0,
    claimed: 0,
    running: 0,
    ...Object.fromEntries(rows.map(({ status, count }) => [status, count])),
  };
}
