import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** A task that a session has claimed and not completed. */
export interface OwnClaimRow {
  readonly id: string;
  readonly task_type: string;
  readonly description: string;
  readonly lease_until: Date;
  readonly total: number;
}

/** What a session has in hand, the claim that is over first at the front. */
export function claimsOf(db: Queryable, sessionId: string, limit: number): Promise<OwnClaimRow[]> {
  return db.query(sql<OwnClaimRow>`
    select id, task_type, left(description, 500) as description, lease_until, count(*) over () as total
    from tasks
    where claimed_by = ${sessionId} and lease_until > clock_timestamp()
      and coalesce(deadline > clock_timestamp(), true)
    order by lease_until, number
    limit ${limit}`);
}
