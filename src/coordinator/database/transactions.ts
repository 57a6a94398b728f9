import { AsyncLocalStorage } from 'node:async_hooks';
import type { Transaction, TransactionScope } from './port.ts';
import { beginning } from './role.ts';
import type { Session } from './session.ts';
import { compile } from './sql.ts';
import { createLine, type Line } from './transaction-line.ts';

/** Keeps the rules of {@link Transaction} that no driver keeps. One per database. */
export interface TransactionRules {
  /** @throws where the calling code runs inside a transaction of this database. */
  refuseInside(): void;
  /** Runs the work with a transaction that stops serving when the work has ended. */
  run<T>(line: Line, work: (tx: Transaction) => Promise<T>): Promise<T>;
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
    async run<T>(line: Line, work: (tx: Transaction) => Promise<T>): Promise<T> {
      const scope = { ended: false };
      const refuseAfterEnd = () => {
        if (scope.ended) throw new Error('The transaction has ended; a statement came too late for it.');
      };
      const tx: Transaction = {
        isTransaction: true,
        async query<Row>(statement: Parameters<typeof compile>[0]) {
          refuseAfterEnd();
          return (await line.run(compile(statement))) as Row[];
        },
        async conclude(statement) {
          refuseAfterEnd();
          line.conclude(compile(statement));
        },
        async script(text) {
          refuseAfterEnd();
          await line.script(text);
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
  const line = createLine(session, beginning(about));
  try {
    const result = await rules.run(line, work);
    await line.commit();
    return result;
  } catch (thrown) {
    // What went wrong first is what to tell. Of a connection that cannot even roll back its adapter disposes.
    await line.rollBack().catch(() => undefined);
    throw thrown;
  }
}
