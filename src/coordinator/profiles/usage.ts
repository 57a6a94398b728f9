import type { Database, Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { createTurns } from '../database/turns.ts';

/** What was used is written down this often, in milliseconds, so that a call costs no write of its own. */
const flushEveryMs = 5_000;
/** A session that comes this near to a limit is counted exactly, as is each of its coordinators' share of it. */
const exactFrom = 0.8;
const largestShare = 0.05;
/** What counts is the last hour, of refusals the last day at most; the rest is removed now and then. */
const keptMinutes = 1_500;
const forgetEveryMs = 600_000;

/** Whose usage is counted. */
export interface Spender {
  readonly projectId: string;
  readonly sessionId: string;
}

/** What a session has done in the last hour. */
export interface Usage {
  readonly calls: number;
  /** What the coordinators worked for it, waits not counted. */
  readonly executionMs: number;
  /** Calls that were refused for what they would have done, within the window that the caller asked about. */
  readonly violations: number;
}

/** Up to which its usage may go in an hour; null: as far as it likes. */
export interface Allowance {
  readonly calls: number | null;
  readonly executionMs: number | null;
  /** How long a refusal counts. */
  readonly violationMinutes: number;
}

/** A limit of the last hour that is used up. */
export type UsedUp = 'max_api_calls_per_hour' | 'max_execution_time_seconds';

/** What a session had done before a call, and what stands in the call's way. */
export interface Entry {
  readonly usage: Usage;
  readonly usedUp: UsedUp | null;
}

/**
 * Counts what sessions do. The database holds the count, so that it holds on every coordinator and over a restart. Near
 * a limit each call is written down as it begins; away from it, what other coordinators have not written down yet (less
 * than a twentieth of the allowance each, and for five seconds at most) may be missing.
 */
export interface UsageBook {
  /** Counts a call that begins, unless a limit is used up: calls at the same time do not pass it together. */
  enter(db: Queryable, spender: Spender, allowance: Allowance): Promise<Entry>;
  /** What stands in the way of a call that nobody makes yet; nothing is counted. */
  look(db: Queryable, spender: Spender, allowance: Allowance): Promise<Entry>;
  /** Counts what the coordinator worked for a call that has ended. */
  worked(spender: Spender, executionMs: number): void;
  /** Counts a refusal, in the transaction of its record. */
  violated(tx: Queryable, spender: Spender): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Account {
  readonly spender: Spender;
  violationMinutes: number;
  /** What the database says, this coordinator’s part included that is written down. */
  known: Promise<Usage>;
  readAt: number;
  /** Not written down yet. */
  calls: number;
  executionMs: number;
  /** What is written down exactly happens one after the other. */
  readonly inTurn: ReturnType<typeof createTurns>;
}

export function createUsageBook(
  database: Database,
  monotonicMs: () => number,
  onError: (error: unknown) => void,
): UsageBook {
  const accounts = new Map<string, Account>();

  function open(db: Queryable, spender: Spender, violationMinutes: number): Account {
    const known = accounts.get(spender.sessionId);
    if (known) return known;
    const account: Account = {
      spender,
      violationMinutes,
      known: readUsage(db, spender.sessionId, violationMinutes),
      readAt: monotonicMs(),
      calls: 0,
      executionMs: 0,
      inTurn: createTurns(),
    };
    accounts.set(spender.sessionId, account);
    account.known.catch(() => accounts.delete(spender.sessionId));
    return account;
  }

  /** Writes down what was not, and this call too where it fits; all of it counts on every coordinator from then on. */
  async function settle(db: Queryable, account: Account, allowance: Allowance, calls: 0 | 1): Promise<Entry> {
    const pending = { calls: account.calls, executionMs: Math.round(account.executionMs) };
    account.calls -= pending.calls;
    account.executionMs -= pending.executionMs;
    try {
      const before = await write(db, account.spender, pending, allowance, calls);
      const usedUp = usedUpOf(before, allowance);
      const entered = usedUp === null ? calls : 0;
      account.known = Promise.resolve({ ...before, calls: before.calls + entered });
      account.readAt = monotonicMs();
      return { usage: before, usedUp };
    } catch (error) {
      account.calls += pending.calls;
      account.executionMs += pending.executionMs;
      throw error;
    }
  }

  const flush = async (): Promise<void> => {
    for (const [sessionId, account] of accounts) {
      if (account.calls > 0 || account.executionMs >= 1) {
        const { violationMinutes } = account;
        const allowance = { calls: null, executionMs: null, violationMinutes };
        const db = database.within(account.spender.projectId);
        await account.inTurn(() => settle(db, account, allowance, 0));
      } else if (monotonicMs() - account.readAt > flushEveryMs) {
        // One that has been quiet for a while is read again when it comes back.
        accounts.delete(sessionId);
      }
    }
  };
  let forgottenAt = monotonicMs();
  const keep = async (): Promise<void> => {
    await flush();
    if (monotonicMs() - forgottenAt < forgetEveryMs) return;
    forgottenAt = monotonicMs();
    await forget(database);
  };
  const timer = setInterval(() => {
    keep().catch(onError);
  }, flushEveryMs);
  timer.unref();

  return {
    async enter(db, spender, allowance) {
      const account = open(db, spender, allowance.violationMinutes);
      account.violationMinutes = allowance.violationMinutes;
      const usage = sum(await account.known, account);
      if (isNear(usage, account, allowance)) return account.inTurn(() => settle(db, account, allowance, 1));
      account.calls += 1;
      return { usage, usedUp: null };
    },
    // What is being read for an account may stand in line behind the transaction in which somebody looks.
    async look(db, spender, allowance) {
      const written = await readUsage(db, spender.sessionId, allowance.violationMinutes);
      const usage = sum(written, accounts.get(spender.sessionId) ?? nothingMore);
      return { usage, usedUp: usedUpOf(usage, allowance) };
    },
    worked(spender, executionMs) {
      const account = accounts.get(spender.sessionId);
      if (account) account.executionMs += executionMs;
    },
    async violated(tx, spender) {
      await addViolation(tx, spender);
      const account = accounts.get(spender.sessionId);
      if (!account) return;
      account.known = account.known.then(usage => ({ ...usage, violations: usage.violations + 1 }));
      account.known.catch(() => undefined);
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

/** What is to be written down of a session that has no account. */
const nothingMore = { calls: 0, executionMs: 0 };

function sum(usage: Usage, account: Pick<Account, 'calls' | 'executionMs'>): Usage {
  return {
    calls: usage.calls + account.calls,
    executionMs: usage.executionMs + account.executionMs,
    violations: usage.violations,
  };
}

function usedUpOf(usage: Usage, allowance: Allowance): UsedUp | null {
  if (allowance.calls !== null && usage.calls >= allowance.calls) return 'max_api_calls_per_hour';
  if (allowance.executionMs !== null && usage.executionMs >= allowance.executionMs) {
    return 'max_execution_time_seconds';
  }
  return null;
}

/** Near its allowance, or with a share of it that nobody else knows of. */
function isNear(usage: Usage, account: Account, allowance: Allowance): boolean {
  const near = (used: number, own: number, limit: number | null) =>
    limit !== null && (used + 1 >= exactFrom * limit || own >= largestShare * limit);
  return (
    near(usage.calls, account.calls + 1, allowance.calls) ||
    near(usage.executionMs, account.executionMs, allowance.executionMs)
  );
}

/** The last hour of a session, as far as coordinators have written it down. */
const written = (sessionId: string, violationMinutes: number) => sql`
  select coalesce(sum(calls) filter (where minute > now() - interval '60 minutes'), 0)::int as calls,
    coalesce(sum(execution_ms) filter (where minute > now() - interval '60 minutes'), 0)::float8 as execution_ms,
    coalesce(sum(violations) filter (where minute > now() - make_interval(mins => ${violationMinutes})), 0)::int as violations
  from session_usage
  where session_id = ${sessionId} and minute > now() - make_interval(mins => ${Math.max(60, violationMinutes)})`;

interface WrittenRow {
  readonly calls: number;
  readonly execution_ms: number;
  readonly violations: number;
}

async function readUsage(db: Queryable, sessionId: string, violationMinutes: number): Promise<Usage> {
  const [row] = await db.query(sql<WrittenRow>`${written(sessionId, violationMinutes)}`);
  return usageOf(row);
}

function usageOf(row: WrittenRow | undefined): Usage {
  if (!row) throw new Error('a sum answered nothing');
  return { calls: row.calls, executionMs: row.execution_ms, violations: row.violations };
}

/** Adds what is pending, and the calls where they fit; answers what there was before them, the pending included. */
async function write(
  db: Queryable,
  { projectId, sessionId }: Spender,
  pending: Omit<Usage, 'violations'>,
  allowance: Allowance,
  calls: number,
): Promise<Usage> {
  const [row] = await db.query(sql<WrittenRow>`
    with used as (
      select calls + ${pending.calls}::int as calls, execution_ms + ${pending.executionMs}::float8 as execution_ms, violations
      from (${written(sessionId, allowance.violationMinutes)}) as written
    ), added as (
      insert into session_usage (project_id, session_id, minute, calls, execution_ms, violations)
      select ${projectId}, ${sessionId}, date_trunc('minute', now()),
        ${pending.calls}::int + case
          when coalesce(calls < ${allowance.calls}::int, true) and coalesce(execution_ms < ${allowance.executionMs}::float8, true)
          then ${calls}::int else 0 end,
        ${pending.executionMs}::float8, 0
      from used
      on conflict (session_id, minute) do update set
        calls = session_usage.calls + excluded.calls,
        execution_ms = session_usage.execution_ms + excluded.execution_ms
    )
    select * from used`);
  return usageOf(row);
}

async function addViolation(db: Queryable, { projectId, sessionId }: Spender): Promise<void> {
  await db.query(sql`
    insert into session_usage (project_id, session_id, minute, calls, execution_ms, violations)
    values (${projectId}, ${sessionId}, date_trunc('minute', now()), 0, 0, 1)
    on conflict (session_id, minute) do update set violations = session_usage.violations + 1`);
}

async function forget(db: Queryable): Promise<void> {
  await db.query(sql`
    delete from session_usage where minute < now() - make_interval(mins => ${keptMinutes})`);
}
