import { sql } from '../database/sql.ts';
import type { AgentCaller } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { OperationContext } from '../kernel/operation.ts';
import { sessionIsAlive } from '../sessions/store.ts';
import type { LockMode } from './claim.ts';
import type { Target } from './path.ts';

/** Whose locks they will be. */
export type Holder = Pick<AgentCaller, 'sessionId' | 'agentId' | 'agentType'>;

/** On what terms locks are granted. */
export interface Terms {
  readonly mode: LockMode;
  readonly scope: string;
  /** Taken by a first write and not asked for by name. */
  readonly automatic: boolean;
  readonly ttlMinutes: number;
  readonly reason: string | undefined;
}

export interface Granted {
  readonly kind: Target['kind'];
  readonly key: string;
  readonly path: string;
  readonly fence: number;
  readonly expiresAt: Date;
}

interface GrantedRow {
  readonly kind: Target['kind'];
  readonly key: string;
  readonly path: string;
  readonly fence: number;
  readonly expires_at: Date;
}

/**
 * Writes new locks, each with the next fence of the project, remembers who took what, and tells. The caller has the
 * turn and has found nothing in the way. What the session had on the same target before gives way to the new lock.
 * @throws InterlockError `session_ended` where the session ended while the call was on its way.
 */
export async function grantLocks(
  context: OperationContext,
  holder: Holder,
  targets: readonly Target[],
  terms: Terms,
): Promise<readonly Granted[]> {
  const { tx, project, worktree, branch, emit } = context;
  if (targets.length === 0) return [];
  const rows = await tx.query(sql<GrantedRow>`
    with clock as materialized (select clock_timestamp() as now),
    counter as (
      update projects set fence = fence + ${targets.length}
      where id = ${project.id} and ${sessionIsAlive(holder.sessionId)}
      returning fence - ${targets.length} as last_fence
    ),
    taken as (
      insert into locks (
        project_id, session_id, kind, key, scope, path, base, folds_case, mode, automatic, agent_id, agent_type,
        worktree, branch, reason, fence, acquired_at, expires_at
      )
      select ${project.id}::uuid, ${holder.sessionId}::uuid, kind, key, ${terms.scope}, path, base, folds_case,
        ${terms.mode}, ${terms.automatic}::boolean, ${holder.agentId}, ${holder.agentType}, ${worktree}, ${branch},
        ${terms.reason ?? null}, last_fence + position, now, now + make_interval(secs => ${terms.ttlMinutes * 60})
      from counter, clock, ${unnested(targets)}
      on conflict (session_id, kind, key, scope) do update set
        mode = excluded.mode, automatic = excluded.automatic, path = excluded.path, folds_case = excluded.folds_case,
        agent_id = excluded.agent_id, worktree = excluded.worktree, branch = excluded.branch, fence = excluded.fence,
        reason = excluded.reason, handoff_id = null, acquired_at = excluded.acquired_at, expires_at = excluded.expires_at
      returning *
    ),
    remembered as (
      insert into lock_fences as last (
        project_id, kind, key, scope, base, folds_case, fence, session_id, agent_id, taken_at
      )
      select project_id, kind, key, scope, base, folds_case, fence, session_id, agent_id, acquired_at from taken
      on conflict (project_id, kind, key, scope) do update set
        folds_case = last.folds_case or excluded.folds_case, fence = excluded.fence,
        session_id = excluded.session_id, agent_id = excluded.agent_id, taken_at = excluded.taken_at,
        previous_fence = ${unlessSame('fence')}, previous_session_id = ${unlessSame('session_id')},
        previous_agent_id = ${unlessSame('agent_id')}, previous_taken_at = ${unlessSame('taken_at')}
    )
    select kind, key, path, fence, expires_at from taken order by fence`);
  if (rows.length === 0) {
    throw new InterlockError(
      'session_ended',
      `The session ${holder.sessionId} has ended; nothing was locked.`,
      {
        next: 'Call register_session for a new session.',
        params: { session_id: holder.sessionId },
      },
    );
  }
  const granted = rows.map(grantedOf);
  for (const { path, fence } of granted) {
    const facts = { agent: holder.agentId, session: holder.sessionId, mode: terms.mode, fence };
    emit({ topic: 'lock.acquired', subject: path, facts });
  }
  return granted;
}

/** What a renewal changes. */
export interface Renewal {
  readonly ttlMinutes: number;
  /** Default: the reason they have. */
  readonly reason?: string | undefined;
  /** Default: the mode they have. */
  readonly mode?: LockMode;
  /** Default: locks of every scope. */
  readonly scope?: string;
}

/** Renews live locks of the holder and tells. They keep their fence, and a lease is never made shorter. Answers those that were still live. */
export async function refreshLocks(
  { tx, emit }: OperationContext,
  holder: Holder,
  targets: readonly Pick<Target, 'kind' | 'key'>[],
  { ttlMinutes, reason, mode, scope }: Renewal,
): Promise<readonly Granted[]> {
  if (targets.length === 0) return [];
  const rows = await tx.query(sql<GrantedRow>`
    update locks set
      mode = coalesce(${mode ?? null}, mode),
      reason = coalesce(${reason ?? null}, reason),
      expires_at = greatest(expires_at, clock_timestamp() + make_interval(secs => ${ttlMinutes * 60}))
    from unnest(
      ${targets.map(target => target.kind)}::text[], ${targets.map(target => target.key)}::text[]
    ) as target (kind, key)
    where session_id = ${holder.sessionId} and locks.kind = target.kind and locks.key = target.key
      and scope = coalesce(${scope ?? null}, scope) and expires_at > clock_timestamp()
    returning locks.kind, locks.key, path, fence, expires_at`);
  for (const { path, fence } of rows) {
    const facts = { agent: holder.agentId, session: holder.sessionId, fence };
    emit({ topic: 'lock.extended', subject: path, facts });
  }
  return rows.map(grantedOf);
}

/** Targets as the rows of a table `target`, numbered from 1. */
export function unnested(targets: readonly Target[]) {
  return sql`unnest(
    ${targets.map(target => target.kind)}::text[], ${targets.map(target => target.key)}::text[],
    ${targets.map(target => target.path)}::text[], ${targets.map(target => target.base)}::text[],
    ${targets.map(target => target.foldsCase)}::boolean[]
  ) with ordinality as target (kind, key, path, base, folds_case, position)`;
}

/** In an update of `last`: what it said before, unless the same session took the target again. */
function unlessSame(column: string) {
  const before = sql.ref(`last.${column}`);
  const earlier = sql.ref(`last.previous_${column}`);
  return sql`case when last.session_id = excluded.session_id then ${earlier} else ${before} end`;
}

function grantedOf({ expires_at: expiresAt, ...row }: GrantedRow): Granted {
  return { ...row, expiresAt };
}
