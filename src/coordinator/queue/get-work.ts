import { z } from 'zod';
import type { Finding } from '../kernel/intent.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { type ClaimedRow, claimNext, type Wish } from './claim-next.ts';
import { holdForPerson } from './hold.ts';
import { defaultLeaseMinutes, LeaseMinutes, TaskType, workerOf } from './input.ts';
import { NoWork, noWork, waitForWork } from './no-work.ts';
import { textOfTask } from './text.ts';

/** Tasks that a guardrail may stop in one call; a queue that holds more of them is looked through by several calls. */
const mostStoppedAtOnce = 25;
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
      // What was stopped is told at once.
      return mayWait && stopped.length === 0
        ? waitForWork(context, worker.sessionId)
        : noWork(context, worker.sessionId, stopped);
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
  wish: Wish & { readonly leaseMinutes: number },
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
