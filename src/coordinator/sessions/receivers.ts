import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { personType } from './person.ts';
import { endsBySilence } from './stand-ins.ts';

/**
 * The sessions that have not ended and are called this, by their own id or by their agent's. People's are none, nor those
 * that stand for something on GitHub: they read nothing.
 */
export function findReceivers(
  db: Queryable,
  projectId: string,
  called: string,
): Promise<{ readonly id: string; readonly agent_id: string }[]> {
  return db.query(sql<{ id: string; agent_id: string }>`
    select id, agent_id from sessions
    where project_id = ${projectId} and ended_at is null and agent_type <> ${personType} and ${endsBySilence}
      and ${called} in (id::text, agent_id)
    order by id`);
}
