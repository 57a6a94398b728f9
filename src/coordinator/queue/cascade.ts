import { sql } from '../database/sql.ts';
import type { OperationContext } from '../kernel/operation.ts';
import { isOpen } from './store.ts';

export type Scene = Pick<OperationContext, 'tx' | 'emit'>;

/** What the end of some tasks did to those that depend on them. */
export interface Consequences {
  /** Nothing they depend on is left: workers can have them now. */
  readonly ready: readonly string[];
  readonly cancelled: readonly string[];
  readonly held: readonly string[];
}

export const noConsequences: Consequences = { ready: [], cancelled: [], held: [] };

/** Tells those that depend on a completed task. The caller has the turn. */
export async function releaseDependants({ tx, emit }: Scene, completed: string): Promise<Consequences> {
  const rows = await tx.query(sql<{ id: string; ready: boolean }>`
    update tasks set open_dependencies = open_dependencies - 1
    from task_dependencies as edge
    where edge.depends_on = ${completed} and edge.task_id = tasks.id and ${isOpen}
    returning tasks.id, open_dependencies = 0 as ready`);
  const ready = rows.filter(row => row.ready).map(row => row.id);
  for (const id of ready) emit({ topic: 'task.ready', subject: id });
  return { ...noConsequences, ready };
}

/**
 * Cancels what depends on tasks that ended without completing, and what depends on that, and holds those that were
 * submitted to be held. The caller has the turn, and has written down how `ended` ended.
 */
export async function failDependants(
  { tx, emit }: Scene,
  ended: readonly string[],
  by: string,
): Promise<Consequences> {
  if (ended.length === 0) return noConsequences;
  const cancelled = await tx.query(sql<{ id: string }>`
    with recursive doomed (id, because) as (
      select tasks.id, edge.depends_on
      from task_dependencies as edge join tasks on tasks.id = edge.task_id
      where edge.depends_on = any(${[...ended]}::uuid[]) and ${isDoomed}
      union
      select tasks.id, doomed.because
      from doomed join task_dependencies as edge on edge.depends_on = doomed.id join tasks on tasks.id = edge.task_id
      where ${isDoomed}
    ),
    once as (select distinct on (id) id, because from doomed order by id, because)
    update tasks set status = 'cancelled', failure_code = 'dependency_failed',
      failure_message = format('The task %s, which it depends on, did not complete.', because),
      ended_at = clock_timestamp(), ended_by = ${by}
    from once where once.id = tasks.id
    returning tasks.id`);
  const all = [...ended, ...cancelled.map(row => row.id)];
  const held = await tx.query(sql<{ id: string }>`
    update tasks set hold_reason = 'dependency_failed', held_at = clock_timestamp()
    from (
      select distinct task_id from task_dependencies where depends_on = any(${all}::uuid[]) and not waived
    ) as edge
    where edge.task_id = tasks.id and ${isOpen} and on_dependency_failure = 'hold' and hold_reason is null
    returning tasks.id`);
  for (const { id } of cancelled)
    emit({ topic: 'task.cancelled', subject: id, facts: { code: 'dependency_failed' } });
  for (const { id } of held)
    emit({ topic: 'task.held', subject: id, facts: { reason: 'dependency_failed' } });
  return { ready: [], cancelled: cancelled.map(row => row.id), held: held.map(row => row.id) };
}

const isDoomed = sql<boolean>`(not edge.waived and ${isOpen} and tasks.on_dependency_failure = 'cancel')`;

/** What the record says of consequences; nothing where there are none. */
export function consequenceFacts({ ready, cancelled, held }: Consequences): Record<string, unknown> {
  return {
    ...(ready.length === 0 ? {} : { ready }),
    ...(cancelled.length === 0 ? {} : { cancelled_dependants: cancelled }),
    ...(held.length === 0 ? {} : { held_dependants: held }),
  };
}
