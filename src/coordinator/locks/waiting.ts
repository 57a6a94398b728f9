import { createHash } from 'node:crypto';
import { sql } from '../database/sql.ts';
import { type OperationContext, type Waiting, waitFor } from '../kernel/operation.ts';
import type { LockMode } from './claim.ts';
import { type Holder, unnested } from './grant.ts';
import type { Target } from './path.ts';
import type { Standing } from './queue.ts';

/**
 * A waiting call renews its place in the queue at every attempt, at least this often, in milliseconds. It also bounds
 * the wait where word of a release was lost with a connection.
 */
const attemptEveryMs = 10_000;
/** A place that is not renewed for this long is given up: the coordinator that kept it has died. In seconds. */
const leaseSeconds = 30;

/** What may let a waiting call go on. */
const topics = ['lock.released', 'lock.downgraded', 'lock.unqueued', 'project.configured', 'session.ended'];

/** What one call waits for, in a form that is the same when the call comes again. */
export interface Wish {
  readonly holder: Holder;
  readonly targets: readonly Target[];
  readonly mode: Exclude<LockMode, 'unsaved' | 'branch'>;
  readonly scope: string;
  /** The branch that is checked out where it is wished for; it makes no other wish. */
  readonly branch: string | null;
}

/** The name of a wish within its session. */
export function requestOf({ targets, mode, scope }: Wish): string {
  const text = JSON.stringify([mode, scope, targets.map(target => [target.kind, target.key])]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Takes a place at the end of the queue, or keeps the one it has, and waits for what stands in the way. */
export async function queueUp(context: OperationContext, wish: Wish, standing: Standing): Promise<Waiting> {
  const { tx, project, emit, hasWaited } = context;
  const { holder, targets, mode, scope } = wish;
  await tx.query(sql`
    with ticket as materialized (select nextval('lock_tickets') as number)
    insert into lock_waiters (
      project_id, session_id, request, ticket, kind, key, scope, path, base, folds_case, mode, agent_id, agent_type,
      waits_since, lease_until
    )
    select ${project.id}::uuid, ${holder.sessionId}::uuid, ${requestOf(wish)}, ticket.number, kind, key, ${scope},
      path, base, folds_case, ${mode}, ${holder.agentId}, ${holder.agentType},
      clock_timestamp(), clock_timestamp() + make_interval(secs => ${leaseSeconds})
    from ticket, ${unnested(targets)}
    on conflict (session_id, request, kind, key) do update set lease_until = excluded.lease_until`);
  if (!hasWaited) {
    for (const { path } of targets)
      emit({ topic: 'lock.queued', subject: path, facts: { agent: holder.agentId } });
  }
  const firstToLapse = Math.min(
    ...[...standing.blockedBy, ...standing.behind].map(claim => claim.holdsForMs),
  );
  return waitFor(topics, Math.ceil(Math.max(1, Math.min(firstToLapse + 1, attemptEveryMs))));
}

/** Gives the place in the queue up. Those behind it are told, unless the wish was granted and excludes them now. */
export async function leaveQueue(context: OperationContext, wish: Wish, granted: boolean): Promise<void> {
  const left = await context.tx.query(sql<{ path: string }>`
    delete from lock_waiters where session_id = ${wish.holder.sessionId} and request = ${requestOf(wish)}
    returning path`);
  if (granted) return;
  for (const { path } of left) {
    context.emit({ topic: 'lock.unqueued', subject: path, facts: { agent: wish.holder.agentId } });
  }
}
