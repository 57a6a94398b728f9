import type { Database, Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { createBatch } from '../kernel/batch.ts';
import type { EventBus } from '../kernel/events.ts';
import { isInForce } from './store.ts';

/** Uses are written down this often, in milliseconds: people read them, nothing is decided by them. */
const flushEveryMs = 5_000;

/** A grant in force, as far as decisions are made by it. */
export interface HeldGrant {
  readonly id: string;
  readonly operation: string;
  /** `rules`: calls that only `rules` ask about. `operation`: every call that policies would otherwise forbid for want of trust, or ask about. */
  readonly covers: 'rules' | 'operation';
  readonly rules: readonly string[];
}

/** The grants of sessions, remembered until somebody makes or revokes one, on whichever machine. */
export interface SessionGrants {
  /** Those that are in force at this moment. */
  grantsOf(db: Queryable, sessionId: string): Promise<readonly HeldGrant[]>;
  /** Notes that a call passed because of the grant. Calls under a grant of rules note it themselves, in their transaction. */
  used(grantId: string): void;
  /** Writes down what was noted since the last time. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Kept extends HeldGrant {
  /** When it ends, by the clock of this process that never goes back. */
  readonly endsMs: number;
}

export function createSessionGrants(
  database: Database,
  bus: EventBus,
  monotonicMs: () => number,
  onError: (error: unknown) => void,
): SessionGrants {
  const known = new Map<string, readonly Kept[]>();
  let changes = 0;
  bus.subscribe(({ topic, subject }) => {
    if (topic === 'session.ended') known.delete(subject);
    else if (topic.startsWith('grant.') || topic === 'events.gap') known.clear();
    else return;
    changes += 1;
  });

  async function read(db: Queryable, sessionId: string): Promise<readonly Kept[]> {
    // Before the database is asked, so that what it says is left is never left for longer.
    const askedMs = monotonicMs();
    const rows = await db.query(sql<HeldGrant & { left_ms: number }>`
      select id, operation, covers, rules, (extract(epoch from expires_at - now()) * 1000)::float8 as left_ms
      from session_grants where session_id = ${sessionId} and ${isInForce}
      order by expires_at desc, id`);
    return rows.map(({ left_ms, ...grant }) => ({ ...grant, endsMs: askedMs + left_ms }));
  }

  const uses = createBatch({ write: counts => writeUses(database, counts), everyMs: flushEveryMs, onError });

  return {
    // Nobody waits for what another one reads: that one may stand in line behind the transaction that would wait here.
    async grantsOf(db, sessionId) {
      const before = changes;
      const kept = known.get(sessionId) ?? (await read(db, sessionId));
      if (changes === before) known.set(sessionId, kept);
      const nowMs = monotonicMs();
      return kept.filter(({ endsMs }) => endsMs > nowMs);
    },
    used: uses.note,
    flush: uses.flush,
    close: uses.close,
  };
}

function writeUses(database: Database, counts: ReadonlyMap<string, number>): Promise<unknown> {
  return database.query(sql`
    update session_grants set last_used_at = now(), use_count = use_count + times
    from unnest(${[...counts.keys()]}::uuid[], ${[...counts.values()]}::int[]) as noted (grant_id, times)
    where id = grant_id`);
}
