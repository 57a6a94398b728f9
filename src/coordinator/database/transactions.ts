import { AsyncLocalStorage } from 'node:async_hooks';
import { QueryError, sqlState } from './errors.ts';
import type { Transaction, TransactionScope } from './port.ts';
import { beginIn } from './role.ts';
import { compile, type Statement } from './sql.ts';

/** A connection, as an adapter provides it: statements run in the order of the calls. */
export interface Session {
  run(statement: Statement): Promise<unknown[]>;
  /** Runs a statement without rows and answers what was done, in Postgres' words. */
  command(text: string): Promise<string | undefined>;
  script(text: string): Promise<void>;
}

/** Keeps the rules of {@link Transaction} that no driver keeps. One per database. */
export interface TransactionRules {
  /** @throws where the calling code runs inside a transaction of this database. */
  refuseInside(): void;
  /** Runs the work with a transaction that stops serving when the work has ended. */
  run<T>(session: Session, work: (tx: Transaction) => Promise<T>): Promise<T>;
}

export function createTransactionRules(): TransactionRules {
  const open = new AsyncLocalStorage<{ ended: boolean }>();
  return {
    refuseInside() {
      const scope = open.getStore();
      if (scope !== undefined && !scope.ended) {
        throw new Error('The database was called inside its own transaction; use the transaction there.');
      }
    },
    async run<T>(session: Session, work: (tx: Transaction) => Promise<T>): Promise<T> {
      const scope = { ended: false };
      const refuseAfterEnd = () => {
        if (scope.ended) throw new Error('The transaction has ended; a statement came too late for it.');
      };
      const tx: Transaction = {
        isTransaction: true,
        async query<Row>(statement: Parameters<typeof compile>[0]) {
          refuseAfterEnd();
          return (await session.run(compile(statement))) as Row[];
        },
        async script(text) {
          refuseAfterEnd();
          await session.script(text);
        },
      };
      try {
        return await open.run(scope, () => work(tx));
      } finally {
        scope.ended = true;
      }
    },
  };
}

/** One transaction on the session, as {@link Database.transaction} promises it. Throws what `work` threw. */
export async function transact<T>(
  rules: TransactionRules,
  session: Session,
  work: (tx: Transaction) => Promise<T>,
  about?: TransactionScope,
): Promise<T> {
  // In one message with the beginning, since every message costs.
  if (about === undefined) await session.command('begin');
  else await session.script(beginIn(about.projectId));
  try {
    const result = await rules.run(session, work);
    // Postgres answers the commit of a failed transaction with success and the word ROLLBACK.
    if ((await session.command('commit')) !== 'ROLLBACK') return result;
  } catch (thrown) {
    // What went wrong first is what to tell. Of a connection that cannot even roll back its adapter disposes.
    await session.command('rollback').catch(() => undefined);
    throw thrown;
  }
  const message = 'Transaction was rolled back instead of committed';
  throw new QueryError({ message, code: sqlState.inFailedTransaction }, 'commit');
}
