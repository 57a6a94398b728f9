import type { Database } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** How often this process's own clock is set by that of the database, in milliseconds: it stands still while a machine sleeps. */
const setEveryMs = 60_000;

/** The clock of the database, for decisions that must not cost a query. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  close(): Promise<void>;
}

export async function startClock(
  database: Database,
  monotonicMs: () => number,
  onError: (error: unknown) => void,
): Promise<Clock> {
  let offset = 0;
  const set = async () => {
    const [row] = await database.query(
      sql<{ ms: number }>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
    );
    if (row) offset = row.ms - monotonicMs();
  };
  await set();
  const timer = setInterval(() => {
    set().catch(onError);
  }, setEveryMs);
  timer.unref();
  return {
    now: () => offset + monotonicMs(),
    async close() {
      clearInterval(timer);
    },
  };
}
