import type { Database } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { renewClaimsOfSessions } from '../queue/renew.ts';

/** Signs of life are written down this often, in milliseconds: far finer than any lease or staleness that reads them. */
const flushEveryMs = 5_000;

/** Keeps `last_seen_at` of sessions, and the tasks they have claimed, without a write on every call. */
export interface Presence {
  /** Notes that the session has just called. */
  touch(sessionId: string): void;
  /** Writes down what was noted since the last time. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function createPresence(database: Database, onError: (error: unknown) => void): Presence {
  let seen = new Set<string>();
  const flush = async (): Promise<void> => {
    if (seen.size === 0) return;
    const ids = [...seen];
    seen = new Set();
    await database.query(
      sql`update sessions set last_seen_at = now() where id = any(${ids}::uuid[]) and ended_at is null`,
    );
    await renewClaimsOfSessions(database, ids);
  };
  const timer = setInterval(() => {
    flush().catch(onError);
  }, flushEveryMs);
  timer.unref();
  return {
    touch: sessionId => seen.add(sessionId),
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
