import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { Finding } from '../kernel/intent.ts';
import { type OperationContext, operation, waitFor } from '../kernel/operation.ts';
import { sessionIsAlive } from '../sessions/store.ts';
import { type ClaimedRow, claimNext, type Wish } from './claim-next.ts';
import { holdForPerson } from './hold.ts';
import { defaultLeaseMinutes, LeaseMinutes, TaskType, workerOf } from './input.ts';
import { isOpen, trueStatus } from './store.ts';
import { textOfTask } from './text.ts';

/** Tasks that a guardrail may stop in one call; a queue that holds more of them is looked through by several calls. */
const mostStoppedAtOnce = 25;
/** How long a waiting call sleeps at most, in milliseconds, where word of a task was lost with a connection. */
const attemptEveryMs = 10_000;
/** What may give a waiting worker something to do. */
const topics = ['task.submitted', 'task.ready', 'task.returned', 'task.released', 'session.changed'];

const Claimed = z.object({
  success: z.literal(true),
  task_id: z.uuid(),
  task_type: z.string(),
  description: z.string(),
  input_data: z.record(z.string(), z.unknown()).nullable(),
  priority: z.number().int(),
  deadline: z.string().nullable(),
  submitted_by: z.string(),
  attempt: z.number().int().describe('1 for the first worker that has it.'),
  max_attempts: z.number().int(),
  lease_until: z.string().describe('Renew the claim before then; each of your calls does.'),
  depends_on: z.array(z.uuid()).describe('What was done before; get_task shows the results.'),
  also_claimed: z.array(z.uuid()).describe('Tasks that you claimed before and have not completed.'),
});

const NoWork = z.object({
  success: z.literal(false),
  reason: z.literal('no_work_available'),
  pending: z.number().int().describe('Tasks that wait, and not for you, or not yet.'),
  in_progress: z.number().int().describe('Tasks that workers have.'),
  held: z.number().int().describe('Tasks that wait for a decision.'),
  stopped: z.array(z.uuid()).describe('Tasks that a guardrail would not let you have: a person decides.'),
  also_claimed: Claimed.shape.also_claimed,
  suggestion: z.string(),
});

/** Claims the next task for the calling session. */
export const getWork = operation({
  name: 'get_work',
  title: 'Get work',
  description:
    'Claims the task that is next for you, and answers it, or says that there is none. It is yours until lease_until; do it and call complete_work. wait_seconds waits for one instead of asking again and again.',
  access: 'write',
  callers: ['agent'],
  input: z.object({
    task_types: z.array(TaskType).min(1).max(50).optional().describe('Only tasks of these types.'),
    wait_seconds: z
      .number()
      .int()
      .min(0)
      .max(300)
      .default(0)
      .describe('How long to wait for a task where there is none.'),
    lease_minutes: LeaseMinutes.default(defaultLeaseMinutes),
  }),
  output: z.union([Claimed, NoWork]),
  resource: () => ({ type: 'Project', id: 'work' }),
  patienceMs: input => input.wait_seconds * 1000,
  // A worker that asks and gets nothing has changed nothing.
  audited: (_, answer) => answer.success || answer.stopped.length > 0,
  async run(context, { task_types, lease_minutes }) {
    const { project, emit, note, mayWait } = context;
    const worker = workerOf(context);
    const { claimed, stopped } = await claimWhatMayPass(context, {
      projectId: project.id,
      worker,
      taskTypes: task_types,
      leaseMinutes: lease_minutes,
    });
    if (stopped.length > 0) note({ stopped });
    if (!claimed) {
      const around = await readAround(context, worker.sessionId);
      // What was stopped is told at once.
      if (mayWait && stopped.length === 0) return waitFor(topics, wakeInMs(around));
      return noWork(around, stopped);
    }
    note({
      task_id: claimed.id,
      attempt: claimed.attempt,
      lease_until: claimed.lease_until.toISOString(),
      ...(claimed.taken_from === null ? {} : { taken_from: claimed.taken_from }),
    });
    const facts = { agent: worker.agentId, session: worker.sessionId, attempt: claimed.attempt };
    emit({ topic: 'task.claimed', subject: claimed.id, facts });
    return answerOf(claimed);
  },
});

/**
 * Claims the next task whose text the guardrails let this worker have. Those that they do not wait for a person, or for
 * a worker with more trust.
 */
async function claimWhatMayPass(
  context: OperationContext,
  wish: Wish,
): Promise<{ readonly claimed: ClaimedRow | undefined; readonly stopped: readonly string[] }> {
  const stopped: string[] = [];
  while (stopped.length < mostStoppedAtOnce) {
    const claimed = await claimNext(context.tx, wish);
    const objections = claimed ? await objectionsTo(context, claimed) : [];
    if (!claimed || objections.length === 0) return { claimed, stopped };
    await holdForPerson(context, claimed.id, wish.worker, objections);
    stopped.push(claimed.id);
  }
  return { claimed: undefined, stopped };
}

async function objectionsTo({ inspect }: OperationContext, row: ClaimedRow): Promise<readonly Finding[]> {
  if (row.cleared_by !== null) return [];
  const { findings } = await inspect({ text: textOfTask(row.description, row.input_data) });
  return findings.filter(finding => finding.answer !== 'note');
}

interface Around {
  readonly alive: boolean;
  readonly pending: number;
  readonly in_progress: number;
  readonly held: number;
  readonly also_claimed: string[];
  /** When the first claim of anybody lapses, unless it is renewed. */
  readonly lapses_in_ms: number | null;
}

/**
 * What there is where there is nothing for the caller.
 * @throws InterlockError `session_ended` where the session ended while the call was on its way.
 */
async function readAround({ tx, project }: OperationContext, sessionId: string): Promise<Around> {
  const [row] = await tx.query(sql<Around>`
    select ${sessionIsAlive(sessionId)} as alive,
      count(*) filter (where status = 'pending') as pending,
      count(*) filter (where status in ('claimed', 'running')) as in_progress,
      count(*) filter (where status = 'pending' and hold_reason is not null) as held,
      coalesce(
        array_agg(id) filter (where claimed_by = ${sessionId} and status in ('claimed', 'running')), '{}'
      ) as also_claimed,
      (extract(epoch from min(lease_until) - clock_timestamp()) * 1000)::float8 as lapses_in_ms
    from (
      select id, claimed_by, hold_reason, lease_until, ${trueStatus} as status
      from tasks where project_id = ${project.id} and ${isOpen}
    ) as open`);
  if (!row) throw new Error('a count answered nothing');
  if (row.alive) return row;
  throw new InterlockError('session_ended', `The session ${sessionId} has ended; nothing was claimed.`, {
    next: 'Call register_session for a new session.',
    params: { session_id: sessionId },
  });
}

function wakeInMs({ lapses_in_ms }: Around): number {
  const atLapse = lapses_in_ms === null ? attemptEveryMs : Math.ceil(Math.max(1, lapses_in_ms + 1));
  return Math.min(atLapse, attemptEveryMs);
}

function noWork({ pending, in_progress, held, also_claimed }: Around, stopped: readonly string[]) {
  return {
    success: false as const,
    reason: 'no_work_available' as const,
    pending,
    in_progress,
    held,
    stopped: [...stopped],
    also_claimed,
    suggestion: suggestionFor(pending - held, in_progress, also_claimed.length),
  };
}

function suggestionFor(waiting: number, inProgress: number, own: number): string {
  if (own > 0) return 'You have tasks that you have not completed: go on with those.';
  if (waiting + inProgress > 0) {
    return 'Call get_work with wait_seconds: tasks that wait for others, or lose their worker, come free.';
  }
  return 'Nothing is left to do here.';
}

function answerOf(row: ClaimedRow) {
  return {
    success: true as const,
    task_id: row.id,
    task_type: row.task_type,
    description: row.description,
    input_data: row.input_data,
    priority: row.priority,
    deadline: row.deadline?.toISOString() ?? null,
    submitted_by: row.submitted_by,
    attempt: row.attempt,
    max_attempts: row.max_attempts,
    lease_until: row.lease_until.toISOString(),
    depends_on: row.depends_on,
    also_claimed: row.also_claimed,
  };
}
