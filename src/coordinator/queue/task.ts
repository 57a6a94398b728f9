import { z } from 'zod';
import { FailureCode, HoldReason, OnDependencyFailure, Status } from './state.ts';
import type { TaskRow } from './store.ts';

const Held = z.object({
  reason: HoldReason,
  since: z.string(),
  findings: z
    .array(
      z.object({
        rule: z.string(),
        effect: z.string(),
        matched_text: z.string(),
        why: z.string().nullable(),
      }),
    )
    .describe('What the guardrails object to.'),
});

/** Characters of a description in a list; get_task shows all of it. */
const longestBrief = 300;

/** A task as lists show it. */
export const TaskSummary = z.object({
  task_id: z.uuid(),
  number: z.number().int().describe('The order of submission.'),
  task_type: z.string(),
  description: z.string().describe(`In a list its first ${longestBrief} characters.`),
  priority: z.number().int(),
  status: Status,
  waits_for: z.number().int().describe('Tasks that it depends on and that have still to complete.'),
  held: Held.nullable().describe('Why nobody gets it before somebody has decided; release_work decides.'),
  attempts: z.number().int(),
  max_attempts: z.number().int(),
  deadline: z.string().nullable(),
  submitted_by: z.string(),
  submitted_at: z.string(),
  claimed_by: z.string().nullable(),
  session_id: z.uuid().nullable().describe('The session that claimed it.'),
  lease_until: z.string().nullable(),
  failure: z.object({ code: FailureCode, message: z.string() }).nullable(),
  ended_at: z.string().nullable(),
});
export type TaskSummary = z.infer<typeof TaskSummary>;

/** Everything about a task. */
export const Task = TaskSummary.extend({
  input_data: z.record(z.string(), z.unknown()).nullable(),
  depends_on: z.array(
    z.object({ task_id: z.uuid(), task_type: z.string(), status: Status, waived: z.boolean() }),
  ),
  dependants: z.array(z.uuid()).describe('The tasks that depend on it.'),
  on_dependency_failure: OnDependencyFailure,
  agent_requirements: z.object({
    capabilities: z.array(z.string()),
    min_trust_level: z.number().int(),
    agent_id: z.string().nullable().describe('Only this agent gets it.'),
  }),
  exclude_submitter: z.boolean(),
  submitter_session_id: z.uuid().nullable(),
  delegated_from: z.string().nullable(),
  cleared_by: z.string().nullable().describe('The person who answers for its text.'),
  claimed_at: z.string().nullable(),
  started_at: z.string().nullable(),
  result: z.unknown(),
  ended_by: z.string().nullable(),
});
export type Task = z.infer<typeof Task>;

export function summaryOf(row: TaskRow): TaskSummary {
  return { ...wholeOf(row), description: brief(row.description) };
}

function brief(text: string): string {
  return text.length > longestBrief ? `${text.slice(0, longestBrief - 1).toWellFormed()}…` : text;
}

function wholeOf(row: TaskRow): TaskSummary {
  return {
    task_id: row.id,
    number: row.number,
    task_type: row.task_type,
    description: row.description,
    priority: row.priority,
    status: row.status,
    waits_for: row.open_dependencies,
    held:
      row.hold_reason === null || row.held_at === null || row.status !== 'pending'
        ? null
        : {
            reason: row.hold_reason,
            since: row.held_at.toISOString(),
            findings: (row.held_findings ?? []).map(({ rule, effect, matchedText, why }) => ({
              rule,
              effect,
              matched_text: matchedText ?? '',
              why: why ?? null,
            })),
          },
    attempts: row.attempts,
    max_attempts: row.max_attempts,
    deadline: row.deadline?.toISOString() ?? null,
    submitted_by: row.submitted_by,
    submitted_at: row.submitted_at.toISOString(),
    claimed_by: row.claimed_by_agent,
    session_id: row.claimed_by,
    lease_until: row.lease_until?.toISOString() ?? null,
    failure:
      row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? '' },
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}

export interface Surroundings {
  readonly dependsOn: Task['depends_on'];
  readonly dependants: readonly string[];
}

export function taskOf(row: TaskRow, { dependsOn, dependants }: Surroundings): Task {
  return {
    ...wholeOf(row),
    input_data: row.input_data,
    depends_on: dependsOn,
    dependants: [...dependants],
    on_dependency_failure: row.on_dependency_failure,
    agent_requirements: {
      capabilities: row.required_capabilities,
      min_trust_level: row.min_trust_level,
      agent_id: row.for_agent,
    },
    exclude_submitter: row.exclude_submitter,
    submitter_session_id: row.submitter_session_id,
    delegated_from: row.delegated_from,
    cleared_by: row.cleared_by,
    claimed_at: row.claimed_at?.toISOString() ?? null,
    started_at: row.started_at?.toISOString() ?? null,
    result: row.result ?? null,
    ended_by: row.ended_by,
  };
}
