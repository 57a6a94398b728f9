import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** The ids of agents that worked in this project and begin like this, whatever the case; the last seen first. */
export async function agentsLike(
  db: Queryable,
  projectId: string,
  beginning: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db.query(sql<{ agent_id: string }>`
    select agent_id from sessions
    where project_id = ${projectId} and starts_with(lower(agent_id), lower(${beginning}::text))
    group by agent_id
    order by max(last_seen_at) desc, agent_id
    limit ${limit}`);
  return rows.map(row => row.agent_id);
}
