import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { genesisHash, hex, type Link, type Point } from './chain.ts';

/** Where the chain of a project begins now. */
export interface Base extends Point {
  /** The record that says that everything up to here was removed; null where nothing was. */
  readonly recordedAs: number | null;
}

/** Records behind `after`, in order. */
export function readLinks(db: Queryable, projectId: string, after: number, atMost: number): Promise<Link[]> {
  return db.query(
    sql<Link>`
      select sequence, (extract(epoch from recorded_at) * 1000000)::bigint::text as micros, body, hash
      from audit_log
      where project_id = ${projectId} and sequence > ${after}
      order by sequence
      limit ${atMost}`,
  );
}

/** The last checkpoint: what lies before it was exported and removed. Without one, the point before the first record. */
export async function readBase(db: Queryable, projectId: string): Promise<Base> {
  const [row] = await db.query(sql<Base>`
    select sequence, encode(hash, 'hex') as hash, recorded_as as "recordedAs" from audit_checkpoints
    where project_id = ${projectId} order by sequence desc limit 1`);
  return row ?? { sequence: 0, hash: hex(genesisHash(projectId)), recordedAs: null };
}

/** All points that the project's checkpoints vouch for. */
export function readCheckpoints(db: Queryable, projectId: string): Promise<Point[]> {
  return db.query(sql<Point>`
    select sequence, encode(hash, 'hex') as hash from audit_checkpoints
    where project_id = ${projectId} order by sequence`);
}
