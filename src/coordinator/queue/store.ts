import { sql } from '../database/sql.ts';
import type { Finding } from '../kernel/intent.ts';
import type { FailureCode, HoldReason, OnDependencyFailure, Status } from './state.ts';

/** A row of `tasks`. Its status is the true one: what time alone has changed reads so, written down or not. */
export interface TaskRow {
  readonly id: string;
  readonly number: number;
  readonly task_type: string;
  readonly description: string;
  readonly input_data: Record<string, unknown> | null;
  readonly priority: number;
  readonly deadline: Date | null;
  readonly max_attempts: number;
  readonly attempts: number;
  readonly required_capabilities: string[];
  readonly min_trust_level: number;
  /** The agent that alone gets it, where it is for one. */
  readonly for_agent: string | null;
  readonly exclude_submitter: boolean;
  readonly on_dependency_failure: OnDependencyFailure;
  readonly submitted_at: Date;
  readonly submitted_by: string;
  readonly submitter_session_id: string | null;
  readonly submitter_agent_id: string | null;
  readonly delegated_from: string | null;
  readonly status: Status;
  readonly open_dependencies: number;
  readonly claimants: readonly string[];
  /** Of a task that counts as pending again: null. */
  readonly claimed_by: string | null;
  readonly claimed_by_agent: string | null;
  readonly claimed_at: Date | null;
  readonly started_at: Date | null;
  readonly lease_until: Date | null;
  readonly hold_reason: HoldReason | null;
  readonly held_at: Date | null;
  readonly held_findings: readonly Finding[] | null;
  readonly cleared_by: string | null;
  readonly result: unknown;
  readonly failure_code: FailureCode | null;
  readonly failure_message: string | null;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
}

/** Not ended as far as it is written down. */
export const isOpen = sql<boolean>`tasks.ended_at is null`;
/** Its claim is over and its task has not ended. */
const hasLapsed = sql<boolean>`coalesce(tasks.lease_until <= clock_timestamp(), false)`;
const hasAttemptsLeft = sql<boolean>`cardinality(tasks.claimants) < tasks.max_attempts`;
/** Open, and past its deadline. */
const isLate = sql<boolean>`(tasks.ended_at is null and coalesce(tasks.deadline <= clock_timestamp(), false))`;

/** Open as written down, and back in the queue since its claim is over. */
export const isReturned = sql<boolean>`(${isOpen} and not ${isLate} and ${hasLapsed} and ${hasAttemptsLeft})`;
/** Open as written down, and ended by time alone. */
export const isOverdue = sql<boolean>`(${isLate} or (${isOpen} and ${hasLapsed} and not ${hasAttemptsLeft}))`;

const overdueCode = sql<FailureCode>`case when ${isLate} then 'deadline_exceeded' else 'attempts_exhausted' end`;
const overdueMessage = sql<string>`case
  when ${isLate} then format('Its deadline passed after %s of %s attempts.', cardinality(tasks.claimants), tasks.max_attempts)
  else format('Each of its %s claims was lost: the worker ended, or its lease lapsed.', tasks.max_attempts) end`;

/** What an overdue task is, once it is written down. */
export const overdue = { code: overdueCode, message: overdueMessage };

export const trueStatus = sql<Status>`case
  when ${isOverdue} then 'failed' when ${isReturned} then 'pending' else tasks.status end`;

const unlessReturned = (column: string) => {
  const value = sql.ref(`tasks.${column}`);
  return sql`case when ${isReturned} then null else ${value} end as ${sql.ref(column)}`;
};

export const columns = sql`
  tasks.id, tasks.number, tasks.task_type, tasks.description, tasks.input_data, tasks.priority, tasks.deadline,
  tasks.max_attempts, cardinality(tasks.claimants) as attempts, tasks.required_capabilities, tasks.min_trust_level,
  tasks.for_agent, tasks.exclude_submitter, tasks.on_dependency_failure, tasks.submitted_at, tasks.submitted_by,
  tasks.submitter_session_id, tasks.submitter_agent_id, tasks.delegated_from, ${trueStatus} as status,
  tasks.open_dependencies, tasks.claimants,
  ${unlessReturned('claimed_by')}, ${unlessReturned('claimed_by_agent')}, ${unlessReturned('claimed_at')},
  ${unlessReturned('started_at')}, ${unlessReturned('lease_until')},
  tasks.hold_reason, tasks.held_at, tasks.held_findings, tasks.cleared_by, tasks.result,
  case when ${isOverdue} then ${overdueCode} else tasks.failure_code end as failure_code,
  case when ${isOverdue} then ${overdueMessage} else tasks.failure_message end as failure_message,
  case when not ${isOverdue} then tasks.ended_at
    when ${isLate} then tasks.deadline else tasks.lease_until end as ended_at,
  tasks.ended_by`;

/** The claim of this session on the task is in force. */
export function isClaimedBy(sessionId: string) {
  return sql<boolean>`(
    tasks.claimed_by = ${sessionId} and tasks.lease_until > clock_timestamp()
    and coalesce(tasks.deadline > clock_timestamp(), true)
  )`;
}
