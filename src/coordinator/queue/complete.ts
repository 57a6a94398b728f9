import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { jsonb, sql } from '../database/sql.ts';
import type { AgentCaller } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { inTurn } from '../projects/turn.ts';
import {
  type Consequences,
  consequenceFacts,
  failDependants,
  noConsequences,
  releaseDependants,
} from './cascade.ts';
import { Json, TaskId, taskResource, workerOf } from './input.ts';
import { readTask } from './read-task.ts';
import { ended, notYours } from './refusals.ts';
import { Status } from './state.ts';
import { isClaimedBy, type TaskRow } from './store.ts';
import { textOfResult } from './text.ts';

const CompleteInput = z.object({
  id: TaskId,
  success: z.boolean().describe('false where it cannot be done: it has failed then, and is not tried again.'),
  result: Json.optional().describe('What came of it, as JSON, for whoever submitted it or depends on it.'),
  error_message: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .optional()
    .describe('Why it cannot be done; goes with success: false.'),
});
type CompleteInput = z.output<typeof CompleteInput>;

/** Ends a task that the caller has claimed. The first answer that comes stays. */
export const completeWork = operation({
  name: 'complete_work',
  title: 'Complete work',
  description:
    'Hands in the result of a task that you claimed, or says that it cannot be done. What depends on it is handed out then, or cancelled. claim_lost means that the task is yours no more and nothing was handed in.',
  access: 'write',
  callers: ['agent'],
  idempotent: true,
  input: CompleteInput,
  output: z.object({
    success: z.literal(true),
    action: z
      .enum(['ended', 'known'])
      .describe('known: you had handed in the same before, and nothing was changed.'),
    task_id: z.uuid(),
    status: Status,
    ready: z.array(z.uuid()).describe('Tasks that waited for it and can be claimed now.'),
    cancelled: z.array(z.uuid()).describe('Tasks that depended on it and were cancelled.'),
    held: z.array(z.uuid()).describe('Tasks that depended on it and wait for a decision now.'),
  }),
  resource: taskResource,
  intent: ({ result, error_message }) => ({ text: textOfResult(result, error_message) }),
  async run(context, input) {
    refuseContradiction(input);
    const { tx, project, emit, note } = context;
    const worker = workerOf(context);
    const status = input.success ? 'completed' : 'failed';
    const ending =
      (await end(context, worker, input, { hasTurn: false })) ??
      (await inTurn(tx, project.id, () => end(context, worker, input, { hasTurn: true })));
    if (!ending) {
      const task = await readTask(tx, project.id, input.id);
      if (!isHandedInBy(task, worker)) throw notYours(task, worker);
      if (!isSame(task, input)) throw ended(task);
      return answerOf('known', task);
    }
    emit({
      topic: `task.${status}`,
      subject: input.id,
      facts: { agent: worker.agentId, session: worker.sessionId },
    });
    const consequences = !ending.has_dependants
      ? noConsequences
      : input.success
        ? await releaseDependants(context, input.id)
        : await failDependants(context, [input.id], worker.agentId);
    note({ status, ...consequenceFacts(consequences) });
    return answerOf('ended', { id: input.id, status }, consequences);
  },
});

interface Ending {
  readonly has_dependants: boolean;
}

/**
 * Undefined where the claim was not in force; otherwise the task has ended with it. Without the turn, only a task that
 * nobody depends on ends, and its row is all that this transaction holds. A submission that depends on it says so in the
 * row (`submit.ts`): whoever of the two comes later waits, and then sees what the other has written.
 */
async function end(
  { tx, project }: OperationContext,
  worker: AgentCaller,
  { id, success, result, error_message }: CompleteInput,
  { hasTurn }: { readonly hasTurn: boolean },
): Promise<Ending | undefined> {
  const [ending] = await tx.query(sql<Ending>`
    update tasks set
      status = ${success ? 'completed' : 'failed'}, started_at = coalesce(started_at, claimed_at),
      lease_until = null, lease_minutes = null, result = ${result === undefined ? null : jsonb(result)},
      failure_code = ${success ? null : 'task_failed'},
      failure_message = ${success ? null : (error_message ?? 'Its worker gave no reason.')},
      ended_at = clock_timestamp(), ended_by = ${worker.agentId}
    where project_id = ${project.id} and id = ${id} and ${isClaimedBy(worker.sessionId)}
      and (not has_dependants or ${hasTurn}::boolean)
    returning has_dependants`);
  return ending;
}

function isHandedInBy(task: TaskRow, worker: AgentCaller): boolean {
  return (
    task.claimed_by === worker.sessionId &&
    (task.status === 'completed' || (task.status === 'failed' && task.failure_code === 'task_failed'))
  );
}

/** The same call again, after its answer was lost on the way. */
function isSame(task: TaskRow, { success, result, error_message }: CompleteInput): boolean {
  return (
    (task.status === 'completed') === success &&
    isDeepStrictEqual(task.result, result ?? null) &&
    (success || error_message === undefined || task.failure_message === error_message)
  );
}

function answerOf(
  action: 'ended' | 'known',
  { id, status }: Pick<TaskRow, 'id' | 'status'>,
  { ready, cancelled, held }: Consequences = noConsequences,
) {
  return {
    success: true as const,
    action,
    task_id: id,
    status,
    ready: [...ready],
    cancelled: [...cancelled],
    held: [...held],
  };
}

function refuseContradiction({ success, error_message }: CompleteInput): void {
  if (!success || error_message === undefined) return;
  throw new InterlockError(
    'invalid_input',
    'error_message: it goes with success: false. Nothing was changed.',
    {
      next: 'Leave it out, or say success: false.',
      params: { problems: [{ field: 'error_message', message: 'goes with success: false' }] },
    },
  );
}
