import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { columns, type TaskRow } from './store.ts';

/** A task, and what its submitter calls it. */
export interface SubmittedTask extends TaskRow {
  readonly submission_key: string;
}

/** The tasks that were submitted under these names, whoever submitted them. */
export async function tasksSubmittedAs(
  db: Queryable,
  projectId: string,
  keys: readonly string[],
): Promise<readonly SubmittedTask[]> {
  if (keys.length === 0) return [];
  return db.query(sql<SubmittedTask>`
    select ${columns}, submission_key from tasks
    where project_id = ${projectId} and submission_key = any(${[...keys]}::text[]) order by number`);
}
