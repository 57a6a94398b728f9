import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** The types of tasks in this project that begin like this, whatever the case; the last used first. */
export async function taskTypesLike(
  db: Queryable,
  projectId: string,
  beginning: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db.query(sql<{ task_type: string }>`
    select task_type from tasks
    where project_id = ${projectId} and starts_with(lower(task_type), lower(${beginning}::text))
    group by task_type
    order by max(submitted_at) desc, task_type
    limit ${limit}`);
  return rows.map(row => row.task_type);
}
