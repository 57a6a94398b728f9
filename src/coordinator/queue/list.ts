import { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import { Capability, TaskType } from './input.ts';
import { Cursor, cursorAfter, type Position, position, positionOf } from './page.ts';
import { Status } from './state.ts';
import { columns, isOpen, type TaskRow, trueStatus } from './store.ts';
import { summaryOf, TaskSummary } from './task.ts';

const Counts = z.object({
  pending: z.number().int(),
  claimed: z.number().int(),
  running: z.number().int(),
  completed: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
  held: z.number().int().describe('Of the pending ones, those that wait for a decision.'),
});

const Dependency = z.object({
  task_id: z.uuid().describe('The task that waits.'),
  depends_on: z.uuid().describe('The task that it waits for.'),
  number: z.number().int().describe('Of the task that it waits for, as the rest.'),
  task_type: z.string(),
  status: Status,
  waived: z.boolean().describe('It does not wait for it any more.'),
});

/** A list of tasks tells at most so many dependencies; get_task tells all of one task. */
const mostDependencies = 2_000;

/**
 * The tasks of this project: open ones in the order in which workers get them, then those that ended, the last first.
 * `cursor` goes on where the last answer ended; whatever happens between two pages, a task that stays where it is in the
 * order is on one of them, and on one only.
 */
export const listWork = operation({
  name: 'list_work',
  title: 'List work',
  description:
    'Lists tasks, those that wait unless asked otherwise: what they are, what they wait for, who has them, how they ended. Answers counts by status, too; pass next_cursor as cursor for more.',
  access: 'read',
  feed: { uri: 'work://pending', title: 'Pending work', topics: ['task'] },
  input: z.object({
    status: z.union([Status, z.enum(['open', 'ended', 'all'])]).default('pending'),
    task_type: TaskType.optional(),
    held: z.boolean().optional().describe('true: only tasks that wait for a decision.'),
    submitted_by: Capability.optional().describe('An agent id, or the name of a person.'),
    claimed_by: Capability.optional().describe('An agent id.'),
    with_dependencies: z
      .boolean()
      .default(false)
      .describe('Answers, too, what each of the tasks depends on.'),
    limit: z.number().int().min(1).max(500).default(50),
    cursor: Cursor.optional(),
  }),
  output: z.object({
    tasks: z.array(TaskSummary),
    next_cursor: z.string().nullable().describe('null where there are no more.'),
    counts: Counts.describe('Of all tasks of the project.'),
    dependencies: z
      .array(Dependency)
      .describe(`Of the tasks, with with_dependencies; the first ${mostDependencies}.`),
  }),
  resource: () => ({ type: 'Project', id: 'work' }),
  async run({ tx, project }, input) {
    const { status, task_type, held, submitted_by, claimed_by, with_dependencies, limit, cursor } = input;
    const after = cursor === undefined ? null : positionOf(cursor);
    const rows = await tx.query(sql<TaskRow & Position>`
      select * from (
        select *, ${position}
        from (select ${columns} from tasks where project_id = ${project.id} and ${within(status)}) as tasks
      ) as tasks
      where ${ofStatus(status)}
        and (${task_type ?? null}::text is null or task_type = ${task_type ?? null})
        and (${held ?? null}::boolean is null or (hold_reason is not null and status = 'pending') = ${held ?? null})
        and (${submitted_by ?? null}::text is null or submitted_by = ${submitted_by ?? null})
        and (${claimed_by ?? null}::text is null or claimed_by_agent = ${claimed_by ?? null})
        and (${after === null} or (section, rank, number) > (
          ${after?.section ?? null}::int, ${after?.rank ?? null}::bigint, ${after?.number ?? null}::bigint
        ))
      order by section, rank, number
      limit ${limit + 1}`);
    const [counts] = await tx.query(sql<z.infer<typeof Counts>>`
      select
        count(*) filter (where status = 'pending') as pending,
        count(*) filter (where status = 'claimed') as claimed,
        count(*) filter (where status = 'running') as running,
        count(*) filter (where status = 'completed') as completed,
        count(*) filter (where status = 'failed') as failed,
        count(*) filter (where status = 'cancelled') as cancelled,
        count(*) filter (where status = 'pending' and hold_reason is not null) as held
      from (select ${trueStatus} as status, hold_reason from tasks where project_id = ${project.id}) as tasks`);
    if (!counts) throw new Error('a count answered nothing');
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      tasks: shown.map(summaryOf),
      next_cursor: last && rows.length > shown.length ? cursorAfter(last) : null,
      counts,
      dependencies: with_dependencies ? await dependenciesOf(tx, shown) : [],
    };
  },
});

function dependenciesOf(db: Queryable, tasks: readonly TaskRow[]): Promise<z.infer<typeof Dependency>[]> {
  return db.query(sql<z.infer<typeof Dependency>>`
    select task_id, depends_on, number, task_type, ${trueStatus} as status, waived
    from task_dependencies join tasks on tasks.id = depends_on
    where task_id = any(${tasks.map(task => task.id)}::uuid[])
    order by task_id, number
    limit ${mostDependencies}`);
}

type Asked = Status | 'open' | 'ended' | 'all';

/** Spares reading what ended long ago where only open tasks are asked for. Time alone never opens a task again. */
function within(asked: Asked) {
  const isOpenOnly = asked === 'open' || asked === 'pending' || asked === 'claimed' || asked === 'running';
  return isOpenOnly ? isOpen : sql`true`;
}

function ofStatus(asked: Asked) {
  if (asked === 'all') return sql`true`;
  if (asked === 'open') return sql`ended_at is null`;
  if (asked === 'ended') return sql`ended_at is not null`;
  return sql`status = ${asked}`;
}
