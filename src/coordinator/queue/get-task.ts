import { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { operation, waitFor } from '../kernel/operation.ts';
import { TaskId, taskResource } from './input.ts';
import { readTask } from './read-task.ts';
import { trueStatus } from './store.ts';
import { type Surroundings, Task, taskOf } from './task.ts';

/** How long a waiting call sleeps at most, in milliseconds: time alone ends tasks too, and nobody may be there to tell. */
const attemptEveryMs = 10_000;

/** A task with its result, once it has one. */
export const getTask = operation({
  name: 'get_task',
  title: 'Get a task',
  description:
    'Shows a task: how it stands, who has it, what it waits for, its result or why it failed. wait_seconds waits until it has ended.',
  access: 'read',
  input: z.object({
    id: TaskId,
    wait_seconds: z
      .number()
      .int()
      .min(0)
      .max(300)
      .default(0)
      .describe('How long to wait for its end; it answers as it stands then.'),
  }),
  output: Task,
  resource: taskResource,
  patienceMs: input => input.wait_seconds * 1000,
  async run({ tx, project, mayWait }, { id }) {
    const row = await readTask(tx, project.id, id);
    if (mayWait && row.ended_at === null) {
      return waitFor(['task.completed', 'task.failed', 'task.cancelled'], attemptEveryMs);
    }
    return taskOf(row, await readSurroundings(tx, id));
  },
});

async function readSurroundings(db: Queryable, id: string): Promise<Surroundings> {
  const [dependsOn, dependants] = await Promise.all([
    db.query(sql<Surroundings['dependsOn'][number]>`
      select tasks.id as task_id, task_type, ${trueStatus} as status, waived
      from task_dependencies join tasks on tasks.id = depends_on
      where task_id = ${id} order by number`),
    db.query(sql<{ task_id: string }>`
      select task_id from task_dependencies join tasks on tasks.id = task_id
      where depends_on = ${id} order by number`),
  ]);
  return { dependsOn, dependants: dependants.map(row => row.task_id) };
}
