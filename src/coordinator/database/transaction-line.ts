import { QueryError, sqlState } from './errors.ts';
import type { Session } from './session.ts';
import type { Statement } from './sql.ts';

/** The statements of one transaction on their way to the database. */
export interface Line {
  /** Runs a statement behind those before it. What is asked for without waiting in between goes in one message. */
  run(statement: Statement): Promise<unknown[]>;
  script(text: string): Promise<void>;
  /** Keeps a statement for the message that commits. */
  conclude(statement: Statement): void;
  /** @throws {QueryError} where nothing was committed. */
  commit(): Promise<void>;
  rollBack(): Promise<void>;
}

/** The words of a transaction, which are statements like others. */
export const rollback: Statement = { text: 'rollback', parameters: [] };
const commit: Statement = { text: 'commit', parameters: [] };

interface Entry {
  readonly statement: Statement;
  /** Settles what was promised: with what the function answers, or throws. */
  readonly answer: (rows: () => unknown[]) => void;
}

/**
 * Sends a transaction in as few messages as its work allows, since each costs a round trip, and whoever waits for a lock
 * of ours waits for all that lie behind it. It begins with the first statement and ends with the last one.
 */
export function createLine(session: Session, beginning: readonly Statement[]): Line {
  let begun = false;
  /** Why the transaction never began: nothing may run outside it. */
  let neverBegan: unknown;
  let waiting: Entry[] = [];
  let sending: Promise<void> | undefined;
  const concluding: Statement[] = [];

  /** Sends statements, behind the beginning where nothing was sent yet; answers for those alone. */
  const send = async (statements: readonly Statement[]) => {
    if (neverBegan !== undefined) throw neverBegan;
    const opening = begun ? [] : beginning;
    begun = true;
    try {
      const { replies, refusal } = await session.run([...opening, ...statements]);
      if (replies.length < opening.length) throw refusal ?? new Error('the beginning was not answered');
      return { replies: replies.slice(opening.length), refusal };
    } catch (thrown) {
      if (opening.length > 0) neverBegan = thrown;
      throw thrown;
    }
  };

  const sendTogether = async (entries: readonly Entry[]) => {
    try {
      const { replies, refusal } = await send(entries.map(({ statement }) => statement));
      entries.forEach(({ answer }, index) => {
        const reply = replies[index];
        answer(() => {
          if (reply === undefined) throw refusal;
          return reply.rows();
        });
      });
    } catch (thrown) {
      for (const { answer } of entries) {
        answer(() => {
          throw thrown;
        });
      }
    }
  };

  const sendWaiting = async () => {
    // Whoever asks for several things has asked for all of them when this goes on.
    await undefined;
    while (waiting.length > 0) {
      const entries = waiting;
      waiting = [];
      await sendTogether(entries);
    }
    sending = undefined;
  };

  return {
    run: statement =>
      new Promise((resolve, reject) => {
        const answer = (rows: () => unknown[]) => {
          try {
            resolve(rows());
          } catch (thrown) {
            reject(thrown);
          }
        };
        waiting.push({ statement, answer });
        sending ??= sendWaiting();
      }),
    async script(text) {
      await sending;
      if (!begun) await send([]);
      await session.script(text);
    },
    conclude(statement) {
      concluding.push(statement);
    },
    async commit() {
      await sending;
      if (!begun && concluding.length === 0) return;
      const { replies, refusal } = await send([...concluding, commit]);
      if (refusal !== undefined) throw refusal;
      // Postgres answers the commit of a failed transaction with success and the word ROLLBACK.
      if (replies.at(-1)?.command !== 'ROLLBACK') return;
      const message = 'Transaction was rolled back instead of committed';
      throw new QueryError({ message, code: sqlState.inFailedTransaction }, commit.text);
    },
    async rollBack() {
      await sending;
      if (begun) await session.run([rollback]);
    },
  };
}
