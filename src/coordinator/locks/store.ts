import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { branchType } from './branch-type.ts';
import type { HeldLock, LockMode, WaitingClaim } from './claim.ts';
import { basesAbove, basesBelow, type Target } from './path.ts';

/**
 * What is known around some targets: the locks that may concern them, what branches change among them, and everyone who
 * waits in the project.
 */
export interface Surroundings {
  /** Live ones of anybody, and lapsed ones of the asking session; the oldest fence first. */
  readonly locks: readonly HeldLock[];
  /** The first ticket first. */
  readonly waiting: readonly WaitingClaim[];
}

/**
 * Reads the locks that may overlap targets with these bases: on the same base, above it and below it. Whether they
 * do is for `overlap.ts` to say. Leases are judged by the clock of this moment, not by the transaction's beginning,
 * which may lie before a long wait for the turn.
 */
export async function readSurroundings(
  tx: Queryable,
  projectId: string,
  sessionId: string | null,
  bases: readonly string[] | 'all',
): Promise<Surroundings> {
  const rows = await tx.query(sql<Row>`
    select false as waits, kind, key, scope, path, base, folds_case, mode, session_id, agent_id, agent_type, automatic,
      worktree, branch, handoff_id, null::uuid as tied_to, reason as detail, fence as number, acquired_at as since, expires_at as until,
      ${millisecondsUntil('expires_at')} as holds_for_ms
    from ${bases === 'all' ? sql`locks` : near('locks', projectId, bases)}
    where project_id = ${projectId} and (expires_at > clock_timestamp() or session_id = ${sessionId})
    union all
    select false, kind, key, '', path, base, folds_case, 'branch', session_id, agent_id, ${branchType}, false,
      worktree, branch, null, tied_to, reason, 0, acquired_at, expires_at, ${millisecondsUntil('expires_at')}
    from ${bases === 'all' ? sql`branch_locks` : near('branch_locks', projectId, bases)}
    where project_id = ${projectId} and expires_at > clock_timestamp()
    union all
    select true, kind, key, scope, path, base, folds_case, mode, session_id, agent_id, agent_type, false,
      null, null, null, null, request, ticket, waits_since, lease_until, ${millisecondsUntil('lease_until')}
    from lock_waiters
    where project_id = ${projectId} and lease_until > clock_timestamp()
    order by waits, number`);
  return {
    locks: rows.filter(row => !row.waits).map(lockOf),
    waiting: rows.filter(row => row.waits).map(waitingOf),
  };
}

/** The rows of a table with a `base` that may overlap targets with these bases, each once. */
export function near(
  table: 'locks' | 'branch_locks' | 'lock_fences',
  projectId: string,
  bases: readonly string[],
) {
  const above = [...new Set(bases.flatMap(basesAbove))];
  const below = [...new Set(bases)].map(basesBelow).filter(range => range !== undefined);
  const [starts, stops] = [below.map(([start]) => start), below.map(([, stop]) => stop)];
  return sql`(
    select * from ${sql.table(table)} where project_id = ${projectId} and base = any(${above}::text[])
    union
    select found.* from unnest(${starts}::text[], ${stops}::text[]) as range (start, stop)
    join ${sql.table(table)} as found
      on project_id = ${projectId} and base >= start collate "C" and base < stop collate "C"
  ) as near`;
}

function millisecondsUntil(column: string) {
  return sql`(extract(epoch from ${sql.ref(column)} - clock_timestamp()) * 1000)::float8`;
}

interface Row {
  readonly waits: boolean;
  readonly kind: Target['kind'];
  readonly key: string;
  readonly scope: string;
  readonly path: string;
  readonly base: string;
  readonly folds_case: boolean;
  readonly mode: LockMode;
  readonly session_id: string;
  readonly agent_id: string;
  readonly agent_type: string;
  readonly automatic: boolean;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly handoff_id: string | null;
  readonly tied_to: string | null;
  /** Of a lock the reason, of a waiting claim the request. */
  readonly detail: string | null;
  /** Of a lock the fence, of a waiting claim the ticket. */
  readonly number: number;
  readonly since: Date;
  readonly until: Date;
  readonly holds_for_ms: number;
}

function claimOf(row: Row) {
  return {
    kind: row.kind,
    path: row.path,
    key: row.key,
    base: row.base,
    foldsCase: row.folds_case,
    mode: row.mode,
    scope: row.scope,
    sessionId: row.session_id,
    agentId: row.agent_id,
    agentType: row.agent_type,
    holdsForMs: row.holds_for_ms,
  };
}

function lockOf(row: Row): HeldLock {
  return {
    ...claimOf(row),
    automatic: row.automatic,
    worktree: row.worktree,
    branch: row.branch,
    reason: row.detail,
    promisedIn: row.handoff_id,
    tiedTo: row.tied_to,
    fence: row.number,
    acquiredAt: row.since,
    expiresAt: row.until,
  };
}

function waitingOf(row: Row): WaitingClaim {
  return {
    ...claimOf(row),
    mode: row.mode === 'shared' ? 'shared' : 'exclusive',
    request: row.detail ?? '',
    ticket: row.number,
    waitsSince: row.since,
    leaseUntil: row.until,
  };
}
