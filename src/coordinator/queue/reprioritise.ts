import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { operation } from '../kernel/operation.ts';
import { Priority, TaskId, taskResource } from './input.ts';
import { readTask } from './read-task.ts';
import { ended } from './refusals.ts';
import { isOpen, isOverdue } from './store.ts';

/** Changes how urgent a task is. A worker that has it keeps it. */
export const reprioritiseWork = operation({
  name: 'reprioritise_work',
  title: 'Change the priority of a task',
  description: 'Changes how urgent a task is, from 1, which goes first, to 10.',
  access: 'admin',
  callers: ['operator', 'system'],
  tool: false,
  idempotent: true,
  input: z.object({ id: TaskId, priority: Priority }),
  output: z.object({ success: z.literal(true), task_id: z.uuid(), priority: z.number().int() }),
  resource: taskResource,
  async run({ tx, project, caller, emit, note }, { id, priority }) {
    const before = await readTask(tx, project.id, id);
    const changed = await tx.query(sql`
      update tasks set priority = ${priority}
      where project_id = ${project.id} and id = ${id} and ${isOpen} and not ${isOverdue}
      returning id`);
    if (changed.length === 0) throw ended(await readTask(tx, project.id, id));
    note({ priority, was: before.priority });
    emit({ topic: 'task.reprioritised', subject: id, facts: { priority, by: nameOf(caller) } });
    return { success: true as const, task_id: id, priority };
  },
});
