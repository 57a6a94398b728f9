import { z } from 'zod';
import { sql } from '../database/sql.ts';

/** Where a task stands in the order of a list. */
export interface Position {
  /** 0 for open tasks, which come first, 1 for those that ended. */
  readonly section: number;
  /** The priority of an open task; of one that ended, its end, counted so that the last comes first. */
  readonly rank: number;
  readonly number: number;
}

/**
 * The order of a list: open tasks as workers get them, then those that ended, the last first. The times of the database
 * are finer than those of a Date, so they are counted in microseconds.
 */
export const position = sql`
  (case when ended_at is null then 0 else 1 end) as section,
  (case when ended_at is null then priority else -(extract(epoch from ended_at) * 1000000)::bigint end) as rank`;

/** What `cursorAfter` answers, and nothing else. */
export const Cursor = z
  .string()
  .regex(/^[01]\.-?\d{1,16}\.\d{1,16}$/, 'must be the next_cursor of the last answer, unchanged')
  .describe('The next_cursor of the last answer.');

/** Names the position after which a list goes on. */
export function cursorAfter({ section, rank, number }: Position): string {
  return `${section}.${rank}.${number}`;
}

export function positionOf(cursor: string): Position {
  const [section = 0, rank = 0, number = 0] = cursor.split('.').map(Number);
  return { section, rank, number };
}
