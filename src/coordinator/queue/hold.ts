import { z } from 'zod';
import { jsonb, sql } from '../database/sql.ts';
import { type AgentCaller, nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { Finding } from '../kernel/intent.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { takeTurn } from '../projects/turn.ts';
import type { Scene } from './cascade.ts';
import { Reason, TaskId, taskResource } from './input.ts';
import { refuseOthers } from './manage.ts';
import { readTask } from './read-task.ts';
import { ended } from './refusals.ts';
import { Status } from './state.ts';
import { isOpen, isOverdue, type TaskRow, trueStatus } from './store.ts';

/**
 * Takes a claim back that was made in this transaction, since a guardrail objects to what the worker would read. The
 * task waits for a person, and is shown so; a worker with more trust, which may be let pass, gets it before.
 */
export async function holdForPerson(
  { tx, emit }: Scene,
  id: string,
  worker: AgentCaller,
  objections: readonly Finding[],
): Promise<void> {
  await tx.query(sql`
    update tasks set
      status = 'pending', claimants = claimants[:cardinality(claimants) - 1], claimed_by = null,
      claimed_by_agent = null, claimed_at = null, started_at = null, lease_until = null, lease_minutes = null,
      hold_reason = 'guardrail', held_at = clock_timestamp(), held_trust = ${worker.trust},
      held_findings = ${jsonb(objections)}
    where id = ${id}`);
  emit({
    topic: 'task.held',
    subject: id,
    facts: { reason: 'guardrail', rule: objections[0]?.rule ?? null, agent: worker.agentId },
  });
}

/** Decides that a task that is held may go on. */
export const releaseWork = operation({
  name: 'release_work',
  title: 'Release a held task',
  description:
    'Lets a held task go on. Where a guardrail objects to its text, a person decides; where a task that it depends on did not complete, whoever submitted it decides to go on without. cancel_work decides otherwise.',
  access: 'write',
  input: z.object({ id: TaskId, reason: Reason.optional() }),
  output: z.object({
    success: z.literal(true),
    task_id: z.uuid(),
    status: Status,
    waits_for: z.number().int(),
  }),
  resource: taskResource,
  async run(context, { id, reason }) {
    const { tx, project, caller, emit, note } = context;
    await takeTurn(tx, project.id);
    const task = await readTask(tx, project.id, id);
    if (task.ended_at !== null) throw ended(task);
    if (task.hold_reason === null) throw notHeld(task);
    refuseOthers(context, task, 'Releasing');
    const { row, waived } =
      task.hold_reason === 'guardrail' ? await clear(context, task) : await waive(context, task);
    const by = nameOf(caller);
    note({ task_id: id, hold_reason: task.hold_reason, waived, reason: reason ?? null });
    emit({ topic: 'task.released', subject: id, facts: { by, reason: task.hold_reason } });
    return { success: true as const, task_id: id, ...row };
  },
});

interface ReleasedRow {
  readonly status: Status;
  readonly waits_for: number;
}

/** What releasing did, and the dependencies that count no more for it. */
interface Released {
  readonly row: ReleasedRow;
  readonly waived: readonly string[];
}

const released = sql`${trueStatus} as status, open_dependencies as waits_for`;

/** A person answers for the text from now on. */
async function clear({ tx, project, caller }: OperationContext, task: TaskRow): Promise<Released> {
  if (caller.kind === 'agent') {
    throw new InterlockError(
      'operation_not_permitted',
      `A guardrail objects to the text of the task ${task.id}; a person decides about it.`,
      { next: 'Ask the person at the editor to look at it.', params: { id: task.id } },
    );
  }
  const [row] = await tx.query(sql<ReleasedRow>`
    update tasks set hold_reason = null, held_at = null, held_trust = null, held_findings = null,
      cleared_by = ${nameOf(caller)}
    where id = ${task.id} and ${isOpen} and not ${isOverdue}
    returning ${released}`);
  if (!row) throw ended(await readTask(tx, project.id, task.id));
  return { row, waived: [] };
}

/** The dependencies that did not complete count no more; the others still do. */
async function waive({ tx, project }: OperationContext, task: TaskRow): Promise<Released> {
  const [row] = await tx.query(sql<ReleasedRow & { waived: string[] }>`
    with gone as (
      update task_dependencies set waived = true
      from tasks
      where task_dependencies.task_id = ${task.id} and tasks.id = depends_on and not waived
        and ${trueStatus} in ('failed', 'cancelled')
      returning depends_on
    )
    update tasks set hold_reason = null, held_at = null,
      open_dependencies = open_dependencies - (select count(*) from gone)
    where id = ${task.id} and ${isOpen} and not ${isOverdue}
    returning ${released}, array(select depends_on from gone) as waived`);
  if (!row) throw ended(await readTask(tx, project.id, task.id));
  const { waived, ...rest } = row;
  return { row: rest, waived };
}

function notHeld(task: TaskRow): InterlockError {
  return new InterlockError('task_not_held', `The task ${task.id} is ${task.status}, and nobody holds it.`, {
    next: 'list_work with held: true shows the tasks that wait for a decision. Nothing was changed.',
    params: { id: task.id, status: task.status },
  });
}
