import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { AgentCaller } from '../kernel/caller.ts';
import { livingSession, sessionAsSeen } from '../sessions/store.ts';

/** What a worker asks for. */
export interface Wish {
  readonly projectId: string;
  readonly worker: AgentCaller;
  /** Default: any. */
  readonly taskTypes: readonly string[] | undefined;
}

/** A task as it is offered to a worker that has not claimed it. */
export interface OfferedRow {
  readonly id: string;
  readonly task_type: string;
  readonly description: string;
  readonly priority: number;
  readonly submitted_by: string;
  /** How many tasks are offered to it in all. */
  readonly total: number;
}

/** What this worker would get if it asked now, in that order. Nothing is claimed, and a guardrail may still object. */
export async function offersFor(db: Queryable, wish: Wish, limit: number): Promise<readonly OfferedRow[]> {
  return db.query(sql<OfferedRow>`
    with worker as materialized (select capabilities from ${sessionAsSeen(wish.worker.sessionId)} as session)
    select id, task_type, left(description, 500) as description, priority, submitted_by, count(*) over () as total
    from tasks, worker
    where ${fits(wish)}
    order by priority, number
    limit ${limit}`);
}

/** A condition on `tasks` beside `worker`: the task waits for nobody but a worker like this one. */
function fits({ projectId, worker, taskTypes }: Wish) {
  return sql<boolean>`
        project_id = ${projectId}
        and status in ('pending', 'claimed', 'running') and open_dependencies = 0
        and (lease_until is null or lease_until <= now())
        and cardinality(claimants) < max_attempts
        and (deadline is null or deadline > clock_timestamp())
        and (held_trust is null or held_trust < ${worker.trust})
        and min_trust_level <= ${worker.trust}
        and (for_agent is null or for_agent = ${worker.agentId})
        and required_capabilities <@ worker.capabilities
        and (not exclude_submitter or not ${isSubmitter(worker)})
        and (${taskTypes === undefined} or task_type = any(${[...(taskTypes ?? [])]}::text[]))`;
}

/** A task that has just been claimed. */
export interface ClaimedRow {
  readonly id: string;
  readonly number: number;
  readonly task_type: string;
  readonly description: string;
  readonly input_data: Record<string, unknown> | null;
  readonly priority: number;
  readonly deadline: Date | null;
  readonly submitted_by: string;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly lease_until: Date;
  readonly cleared_by: string | null;
  /** Whose claim had lapsed, where the queue had not written that down yet. */
  readonly taken_from: string | null;
  readonly depends_on: string[];
  /** What else the session has claimed and not completed. */
  readonly also_claimed: string[];
}

/**
 * Claims the task that is next for this worker: the most urgent, and of those the oldest, among all that wait for nobody,
 * tasks whose claim is over included. Tasks that another claimer has in hand are passed over, not waited for; so each
 * task has one claimer. Undefined where there is nothing for it, or its session has ended.
 *
 * The one hot query of the queue. It reads `tasks_to_claim` in order and stops at the first row that fits; ahead of that
 * row lie only tasks in work and those that ask for another worker. `now()` is the beginning of this transaction, which
 * may be earlier than the moment, never later: a lease that looks over is over.
 */
export async function claimNext(
  tx: Queryable,
  wish: Wish & { readonly leaseMinutes: number },
): Promise<ClaimedRow | undefined> {
  const { worker, leaseMinutes } = wish;
  // Without statistics of a table that has just been filled, reading all of it and sorting looks as good to the planner.
  const inOrder = tx.query(sql`select set_config('enable_sort', 'off', true)`);
  const claiming = tx.query(sql<ClaimedRow>`
    with worker as materialized (select capabilities from ${livingSession(worker.sessionId)} as session),
    next as materialized (
      select tasks.id, claimed_by from tasks, worker
      where ${fits(wish)}
      order by priority, number
      limit 1
      for no key update of tasks skip locked
    )
    update tasks set
      status = 'claimed', claimants = claimants || ${worker.sessionId}::uuid, claimed_by = ${worker.sessionId},
      claimed_by_agent = ${worker.agentId}, claimed_at = clock_timestamp(), started_at = null,
      lease_until = clock_timestamp() + make_interval(mins => ${leaseMinutes}), lease_minutes = ${leaseMinutes},
      hold_reason = null, held_at = null, held_trust = null, held_findings = null
    from next where tasks.id = next.id
    returning tasks.id, number, task_type, description, input_data, priority, deadline, submitted_by,
      cardinality(claimants) as attempt, max_attempts, lease_until, cleared_by,
      next.claimed_by as taken_from,
      array(select depends_on from task_dependencies where task_id = tasks.id) as depends_on,
      array(
        select id from tasks as other
        where other.claimed_by = ${worker.sessionId} and other.lease_until > now() and other.id <> tasks.id
      ) as also_claimed`);
  const [, [row]] = await Promise.all([inOrder, claiming]);
  return row;
}

/**
 * The worker submitted the task: in this session, or in another one under a name of its own. Agents without a name are
 * called by their type, which many share.
 */
function isSubmitter({ sessionId, agentId, agentType }: AgentCaller) {
  return sql`(
    submitter_session_id is not distinct from ${sessionId}
    or (submitter_agent_id is not distinct from ${agentId} and ${agentId !== agentType})
  )`;
}
