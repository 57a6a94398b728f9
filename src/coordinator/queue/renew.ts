import { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import { LeaseMinutes, TaskId, taskResource, workerOf } from './input.ts';
import { readTask } from './read-task.ts';
import { notYours } from './refusals.ts';
import { Status } from './state.ts';
import { isClaimedBy } from './store.ts';

/** Says that the caller works on a task, and keeps it for that long. */
export const renewWork = operation({
  name: 'renew_work',
  title: 'Renew a claim',
  description:
    'Says that you are working on a task that you claimed, and keeps it yours: call it when you begin, and before a long step. Each of your other calls renews your claims too. claim_lost means that the task is yours no more.',
  access: 'write',
  callers: ['agent'],
  idempotent: true,
  input: z.object({ id: TaskId, lease_minutes: LeaseMinutes.optional() }),
  output: z.object({
    success: z.literal(true),
    action: z.enum(['started', 'renewed']),
    task_id: z.uuid(),
    status: Status,
    lease_until: z.string(),
    deadline: z.string().nullable(),
  }),
  resource: taskResource,
  // Only the first renewal changes something that anybody would ask about.
  audited: (_, answer) => answer.action === 'started',
  async run(context, { id, lease_minutes }) {
    const { tx, project, emit } = context;
    const worker = workerOf(context);
    const [row] = await tx.query(sql<{ lease_until: Date; deadline: Date | null; started: boolean }>`
      with before as (
        select id, started_at from tasks
        where project_id = ${project.id} and id = ${id} and ${isClaimedBy(worker.sessionId)}
        for no key update
      )
      update tasks set status = 'running', started_at = coalesce(tasks.started_at, clock_timestamp()),
        lease_until = greatest(
          lease_until,
          clock_timestamp() + make_interval(mins => coalesce(${lease_minutes ?? null}::int, lease_minutes))
        ),
        lease_minutes = coalesce(${lease_minutes ?? null}::int, lease_minutes)
      from before where before.id = tasks.id
      returning lease_until, deadline, before.started_at is null as started`);
    if (!row) throw notYours(await readTask(tx, project.id, id), worker);
    if (row.started) {
      emit({
        topic: 'task.started',
        subject: id,
        facts: { agent: worker.agentId, session: worker.sessionId },
      });
    }
    return {
      success: true as const,
      action: row.started ? ('started' as const) : ('renewed' as const),
      task_id: id,
      status: 'running' as const,
      lease_until: row.lease_until.toISOString(),
      deadline: row.deadline?.toISOString() ?? null,
    };
  },
});

/**
 * A sign of life of these sessions: the claims they have last again as long as they were asked for. A claim in another
 * transaction's hands is left to that one.
 */
export async function renewClaimsOfSessions(db: Queryable, sessionIds: readonly string[]): Promise<void> {
  // Renewed when a quarter of it is over, so that most signs of life write nothing.
  await db.query(sql`
    update tasks set lease_until = clock_timestamp() + make_interval(mins => tasks.lease_minutes)
    from (
      select id from tasks
      where claimed_by = any(${[...sessionIds]}::uuid[]) and lease_until > clock_timestamp()
        and lease_until < clock_timestamp() + make_interval(secs => lease_minutes * 45)
      for no key update skip locked
    ) as due
    where due.id = tasks.id`);
}
