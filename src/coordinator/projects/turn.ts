import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/**
 * Waits until nobody else changes how the locks or the tasks of this project stand to one another, and keeps others out
 * until the transaction ends. What is read in further statements is then what counts. (On PGlite one transaction runs
 * after the other anyway.)
 *
 * Take it before anything else. Whoever has it may wait for rows of sessions and tasks; whoever has written to the audit
 * log waits for nothing any more. So no two transactions wait for each other.
 */
export async function takeTurn(tx: Queryable, projectId: string): Promise<void> {
  // Not `for update`: whoever only refers to the project need not wait.
  await tx.query(sql`select from projects where id = ${projectId} for no key update`);
}

/**
 * Takes the turn and begins the work in the same breath, so that both are one message: whoever waits for the turn waits for
 * all that is on its way while somebody has it.
 */
export async function inTurn<T>(tx: Queryable, projectId: string, work: () => Promise<T>): Promise<T> {
  const [, result] = await Promise.all([takeTurn(tx, projectId), work()]);
  return result;
}
