import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { Target } from './path.ts';

/** A live lock of a session of some kind. */
export interface TypedLock {
  readonly session_id: string;
  readonly kind: Target['kind'];
  readonly key: string;
  readonly path: string;
  /** How long it still holds, in minutes. */
  readonly minutes_left: number;
}

/** What the sessions of one agent type hold, as asked for by name. */
export function locksOfType(db: Queryable, projectId: string, agentType: string): Promise<TypedLock[]> {
  return db.query(sql<TypedLock>`
    select session_id, kind, key, path,
      (extract(epoch from expires_at - clock_timestamp()) / 60)::float8 as minutes_left
    from locks
    where project_id = ${projectId} and agent_type = ${agentType} and expires_at > clock_timestamp() and not automatic
    order by fence`);
}
