import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { jsonb, sql } from '../database/sql.ts';
import type { Caller } from '../kernel/caller.ts';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { inTurn } from '../projects/turn.ts';
import { AgentId, Capability, JsonObject, Priority, TaskType } from './input.ts';
import { FailureCode, OnDependencyFailure, Status } from './state.ts';
import { isOpen, trueStatus } from './store.ts';
import { textOfTask } from './text.ts';

const SubmitInput = z.object({
  task_type: TaskType,
  description: z
    .string()
    .trim()
    .min(1)
    .max(20_000)
    .describe('What is to be done, for a worker that knows nothing but this and the input.'),
  input_data: JsonObject.optional().describe('What the worker needs, as JSON.'),
  priority: Priority.default(5),
  depends_on: z
    .array(z.uuid())
    .max(100)
    .default([])
    .describe('Tasks that must complete before this one is handed out.'),
  deadline: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Until when it must have completed; it fails then.'),
  max_attempts: z
    .number()
    .int()
    .min(1)
    .max(10)
    .default(3)
    .describe('How many workers may claim it and lose their claim before it fails.'),
  agent_requirements: z
    .object({
      capabilities: z
        .array(Capability)
        .max(20)
        .default([])
        .describe('All of them must be among those the worker registered with.'),
      min_trust_level: z.number().int().min(0).max(4).default(0),
      agent_id: AgentId.optional().describe('Only sessions of this agent get it, however long it waits.'),
    })
    .strict()
    .optional(),
  exclude_submitter: z
    .boolean()
    .default(false)
    .describe('You yourself are not handed it: a review is not done by the author.'),
  on_dependency_failure: OnDependencyFailure.default('cancel').describe(
    'Where a dependency does not complete: cancel this task too, or hold it until you or a person decide with release_work.',
  ),
  submission_key: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'A name of yours for the task: submitting it again answers the same task and adds none, as long as that one is kept.',
    ),
});
type SubmitInput = z.output<typeof SubmitInput>;

interface SubmittedRow {
  readonly id: string;
  readonly status: Status;
  readonly waits_for: number;
  readonly failure_code: FailureCode | null;
}

/** Puts a task into the queue. */
export const submitWork = operation({
  name: 'submit_work',
  title: 'Submit work',
  description:
    'Leaves a task for other agents: what to do, how urgent it is, what must be done before, who may do it. Answers its task_id; get_task with wait_seconds waits for its result.',
  access: 'write',
  input: SubmitInput,
  output: z.object({
    success: z.literal(true),
    action: z
      .enum(['submitted', 'known'])
      .describe('known: it was submitted before with this submission_key.'),
    task_id: z.uuid(),
    status: Status.describe('cancelled: a task that it depends on has failed already.'),
    waits_for: z.number().int().describe('Tasks that must complete before it is handed out.'),
    failure_code: FailureCode.nullable(),
  }),
  resource: input => ({ type: 'Task', id: input.submission_key ?? 'new' }),
  intent: input => ({ text: textOfTask(input.description, input.input_data) }),
  async run(context, input) {
    const { emit, note } = context;
    const { known, dependencies } = await lookUp(context, input);
    if (known) return answerOf('known', known);
    const row = await insertTask(context, input, dependencies);
    note({ task_id: row.id, task_type: input.task_type, depends_on: dependencies.map(each => each.id) });
    emit({
      topic: 'task.submitted',
      subject: row.id,
      facts: { type: input.task_type, by: nameOf(context.caller), status: row.status },
    });
    return answerOf('submitted', row);
  },
});

function answerOf(action: 'submitted' | 'known', { id, ...row }: SubmittedRow) {
  return { success: true as const, action, task_id: id, ...row };
}

interface Before {
  readonly known?: SubmittedRow | undefined;
  readonly dependencies: readonly Dependency[];
}

/** What there is already. A task that neither depends on others nor has a name is nobody's business: it needs no turn. */
async function lookUp(context: OperationContext, input: SubmitInput): Promise<Before> {
  const { submission_key: key, depends_on } = input;
  if (key === undefined && depends_on.length === 0) return { dependencies: [] };
  return inTurn(context.tx, context.project.id, async () => {
    const known = key === undefined ? undefined : await findKnown(context, key);
    if (known) return { known, dependencies: [] };
    const ids = [...new Set(depends_on)];
    const [, dependencies] = await Promise.all([markDepended(context, ids), readDependencies(context, ids)]);
    return { dependencies };
  });
}

async function findKnown(
  { tx, project, caller }: OperationContext,
  key: string,
): Promise<SubmittedRow | undefined> {
  const [row] = await tx.query(sql<SubmittedRow>`
    select id, ${trueStatus} as status, open_dependencies as waits_for, failure_code from tasks
    where project_id = ${project.id} and submitted_by = ${nameOf(caller)} and submission_key = ${key}`);
  return row;
}

/**
 * Says in the rows of these tasks that somebody depends on them, before their status is read: whoever ends one of them
 * has written its end before that, or takes the turn for it.
 */
async function markDepended({ tx, project }: OperationContext, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(sql`
    update tasks set has_dependants = true
    where project_id = ${project.id} and id = any(${[...ids]}::uuid[]) and ${isOpen} and not has_dependants`);
}

interface Dependency {
  readonly id: string;
  readonly status: Status;
}

/** @throws InterlockError `unknown_dependency`, naming those that are not there. */
async function readDependencies(
  { tx, project }: OperationContext,
  ids: readonly string[],
): Promise<readonly Dependency[]> {
  if (ids.length === 0) return [];
  const found = await tx.query(sql<Dependency>`
    select id, ${trueStatus} as status from tasks
    where project_id = ${project.id} and id = any(${[...ids]}::uuid[]) order by number`);
  const unknown = ids.filter(id => !found.some(row => row.id === id.toLowerCase()));
  if (unknown.length === 0) return found;
  throw new InterlockError(
    'unknown_dependency',
    `depends_on: ${unknown.join(', ')} ${unknown.length === 1 ? 'is no task' : 'are no tasks'} of this project.`,
    {
      next: 'Submit what it depends on first, and name the task_id that submit_work answers; leave out what ended long ago. Nothing was submitted.',
      params: { field: 'depends_on', unknown },
    },
  );
}

async function insertTask(
  { tx, project, caller, allowedByPerson }: OperationContext,
  input: SubmitInput,
  dependencies: readonly Dependency[],
): Promise<SubmittedRow> {
  const open = dependencies.filter(each => each.status !== 'completed');
  const failed = open.find(each => each.status === 'failed' || each.status === 'cancelled');
  const isCancelled = failed !== undefined && input.on_dependency_failure === 'cancel';
  const isHeld = failed !== undefined && input.on_dependency_failure === 'hold';
  const agent = caller.kind === 'agent' ? caller : undefined;
  const submitter = nameOf(caller);
  const deadline = input.deadline === undefined ? null : Date.parse(input.deadline) / 1000;
  const [row] = await tx.query(sql<SubmittedRow>`
    with task as (
      insert into tasks (
        id, project_id, task_type, description, input_data, priority, deadline, max_attempts,
        required_capabilities, min_trust_level, for_agent, exclude_submitter, on_dependency_failure,
        submitted_by, submitter_session_id, submitter_agent_id, delegated_from, submission_key, cleared_by,
        open_dependencies, status, failure_code, failure_message, ended_at, ended_by, hold_reason, held_at
      )
      select
        ${uuid()}::uuid, ${project.id}::uuid, ${input.task_type}, ${input.description},
        ${input.input_data === undefined ? null : jsonb(input.input_data)}, ${input.priority}, deadline,
        ${input.max_attempts}, ${[...new Set(input.agent_requirements?.capabilities ?? [])]}::text[],
        ${input.agent_requirements?.min_trust_level ?? 0}, ${input.agent_requirements?.agent_id ?? null},
        ${input.exclude_submitter}::boolean,
        ${input.on_dependency_failure}, ${submitter}, ${agent?.sessionId ?? null}::uuid, ${agent?.agentId ?? null},
        ${agent?.delegatedFrom ?? null}, ${input.submission_key ?? null}, ${answersForText(caller, allowedByPerson)},
        ${open.length}, ${isCancelled ? 'cancelled' : 'pending'},
        ${isCancelled ? 'dependency_failed' : null},
        ${isCancelled ? `The task ${failed.id}, which it depends on, did not complete.` : null},
        ${isCancelled ? sql`now()` : null}, ${isCancelled ? submitter : null},
        ${isHeld ? 'dependency_failed' : null}, ${isHeld ? sql`now()` : null}
      from (select to_timestamp(${deadline}::float8) as deadline) as asked
      where deadline is null or deadline > clock_timestamp()
      returning id, status, open_dependencies as waits_for, failure_code, project_id
    ),
    edges as (
      insert into task_dependencies (project_id, task_id, depends_on)
      select project_id, id, depends_on from task, unnest(${dependencies.map(each => each.id)}::uuid[]) as depends_on
    )
    select id, status, waits_for, failure_code from task`);
  if (!row) throw deadlinePassed(input.deadline ?? '');
  return row;
}

/** Who answers for the text of a task, where that is a person: guardrails do not ask about it again when it is claimed. */
function answersForText(caller: Caller, allowedByPerson: boolean): string | null {
  if (caller.kind === 'operator') return caller.name;
  return allowedByPerson ? 'whoever approved its submission' : null;
}

function deadlinePassed(deadline: string): InterlockError {
  return new InterlockError('invalid_input', `deadline: ${deadline} has passed. Nothing was submitted.`, {
    next: 'Give a time that lies ahead, or leave the deadline out.',
    params: { problems: [{ field: 'deadline', message: 'has passed' }] },
  });
}
