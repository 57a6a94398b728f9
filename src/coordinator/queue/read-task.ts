import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { taskNotFound } from './refusals.ts';
import { columns, type TaskRow } from './store.ts';

/** @throws InterlockError `task_not_found`. */
export async function readTask(db: Queryable, projectId: string, id: string): Promise<TaskRow> {
  const [row] = await db.query(
    sql<TaskRow>`select ${columns} from tasks where project_id = ${projectId} and id = ${id}`,
  );
  if (!row) throw taskNotFound(id);
  return row;
}
