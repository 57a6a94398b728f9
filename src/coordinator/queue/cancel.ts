import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { operation } from '../kernel/operation.ts';
import { takeTurn } from '../projects/turn.ts';
import { consequenceFacts, failDependants } from './cascade.ts';
import { Reason, TaskId, taskResource } from './input.ts';
import { refuseOthers } from './manage.ts';
import { readTask } from './read-task.ts';
import { ended } from './refusals.ts';
import { isOpen, isOverdue } from './store.ts';

/** Ends a task that has not ended, whoever has it. */
export const cancelWork = operation({
  name: 'cancel_work',
  title: 'Cancel work',
  description:
    'Cancels a task that you submitted, also while a worker has it: that worker’s result is refused then. What depends on it is cancelled too.',
  access: 'write',
  destructive: true,
  input: z.object({ id: TaskId, reason: Reason.describe('Why; the worker and the record are told.') }),
  output: z.object({
    success: z.literal(true),
    task_id: z.uuid(),
    status: z.literal('cancelled'),
    cancelled: z.array(z.uuid()).describe('Tasks that depended on it and were cancelled with it.'),
    held: z.array(z.uuid()).describe('Tasks that depended on it and wait for a decision now.'),
  }),
  resource: taskResource,
  async run(context, { id, reason }) {
    const { tx, project, caller, emit, note } = context;
    await takeTurn(tx, project.id);
    const task = await readTask(tx, project.id, id);
    refuseOthers(context, task, 'Cancelling');
    const by = nameOf(caller);
    const cancelled = await tx.query(sql`
      update tasks set status = 'cancelled', lease_until = null, lease_minutes = null, failure_code = 'cancelled',
        failure_message = ${`${by} cancelled it: ${reason}`}, ended_at = clock_timestamp(), ended_by = ${by}
      where id = ${id} and ${isOpen} and not ${isOverdue}
      returning id`);
    if (cancelled.length === 0) throw ended(await readTask(tx, project.id, id));
    emit({ topic: 'task.cancelled', subject: id, facts: { by, worker: task.claimed_by_agent } });
    const consequences = await failDependants(context, [id], by);
    note({ reason, was: task.status, worker: task.claimed_by_agent, ...consequenceFacts(consequences) });
    return {
      success: true as const,
      task_id: id,
      status: 'cancelled' as const,
      cancelled: [...consequences.cancelled],
      held: [...consequences.held],
    };
  },
});
