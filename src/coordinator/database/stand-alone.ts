import type { Outcome } from './exchange.ts';
import type { Queryable } from './port.ts';
import { look } from './role.ts';
import type { Session } from './session.ts';
import type { Query, Statement } from './sql.ts';

/** Runs a statement in a transaction of its own that sees one project, or all of them, and answers its rows. */
export type StandAlone = (projectId: string | undefined, statement: Statement) => Promise<unknown[]>;

/** A connection goes on seeing what it was told to see last; it is told in one message with the statement. */
export function createStandAlone(session: Pick<Session, 'run'>): StandAlone {
  let seen: string | undefined;
  return async (projectId, statement) => {
    const looking = projectId === seen ? [] : [look(projectId)];
    // A refusal takes back what was told with the statement.
    const outcome = await session.run([...looking, statement]);
    if (outcome.refusal === undefined) seen = projectId;
    return lastRows(outcome);
  };
}

/** The rows of the last of the statements. */
export function lastRows({ replies, refusal }: Outcome): unknown[] {
  if (refusal !== undefined) throw refusal;
  return replies.at(-1)?.rows() ?? [];
}

/** A {@link Queryable} outside of transactions. */
export function standing(
  query: <Row>(projectId: string | undefined, statement: Query<Row>) => Promise<Row[]>,
  projectId: string | undefined,
): Queryable {
  return {
    query: statement => query(projectId, statement),
    async conclude(statement) {
      await query(projectId, statement);
    },
  };
}
