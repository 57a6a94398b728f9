import { recordOfSystem } from '../audit/record.ts';
import { appendAudit, notifyEvents } from '../audit/recorder.ts';
import type { Database, Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { CoordinatorEvent } from '../kernel/events.ts';
import { type Periodic, repeat } from '../kernel/periodic.ts';
import { takeTurn } from '../projects/turn.ts';
import { consequenceFacts, failDependants } from './cascade.ts';
import type { FailureCode } from './state.ts';
import { isOverdue, isReturned, overdue } from './store.ts';

/** What a lease or a deadline was over for. */
interface Settled {
  readonly id: string;
  readonly failure_code: FailureCode | null;
  readonly session_id: string | null;
  readonly agent_id: string | null;
}

/** Time counts at its second; writing down what it did, and telling it, may lag by this, in milliseconds. */
const settleEveryMs = 10_000;

/** Settles at once what became due while no coordinator was there, and then again and again until it is closed. */
export function startSettling(database: Database, onError: (error: unknown) => void): Periodic {
  return repeat(() => settleOverdue(database), settleEveryMs, onError);
}

/** Tasks that one transaction settles at most, so that nobody waits long for its turn. */
const mostAtOnce = 200;

/**
 * Writes down, in every project, which claims have lapsed and which tasks time has ended, with what follows for those
 * that depend on them, and records and tells it. Answers how many there were. What is true of a task itself holds
 * without it; its dependants, and whoever waits for word of it, rely on it.
 */
export async function settleOverdue(database: Database): Promise<number> {
  const projects = await database.query(sql<{ project_id: string }>`
    select distinct project_id from (
      select project_id from tasks where lease_until <= now()
      union all
      select project_id from tasks where deadline <= now() and ended_at is null
    ) as due`);
  let settled = 0;
  for (const { project_id } of projects) {
    let rows: number;
    do {
      rows = await database.transaction(tx => settleProject(tx, project_id), { projectId: project_id });
      settled += rows;
    } while (rows >= mostAtOnce);
  }
  return settled;
}

async function settleProject(tx: Queryable, projectId: string): Promise<number> {
  await takeTurn(tx, projectId);
  const events: CoordinatorEvent[] = [];
  const scene = {
    tx,
    emit: (event: Omit<CoordinatorEvent, 'project'>) => events.push({ ...event, project: projectId }),
  };
  const rows = await settle(tx, projectId);
  const records = [];
  for (const row of rows) {
    const consequences =
      row.failure_code === null ? undefined : await failDependants(scene, [row.id], settler);
    scene.emit(eventOf(row));
    records.push({ row, facts: consequences ? consequenceFacts(consequences) : {} });
  }
  // The record comes last: who holds it waits for nothing any more.
  for (const { row, facts } of records) {
    await appendAudit(
      tx,
      projectId,
      recordOfSystem(settler, {
        operation: row.failure_code === null ? 'return_work' : 'fail_work',
        resource: { type: 'Task', id: row.id },
        session: row,
        facts: { task_id: row.id, because: row.failure_code ?? 'the claim lapsed', ...facts },
      }),
    );
  }
  await notifyEvents(tx, events);
  return rows.length;
}

const settler = 'queue';

/** Returns lapsed claims, and ends what is overdue. A row in another transaction's hands is left to that one. */
function settle(tx: Queryable, projectId: string): Promise<Settled[]> {
  return tx.query(sql<Settled>`
    with due as (
      select id, claimed_by, claimed_by_agent, ${isOverdue} as ends from tasks
      where project_id = ${projectId} and ended_at is null and (lease_until <= now() or deadline <= now())
        and (${isReturned} or ${isOverdue})
      order by number
      limit ${mostAtOnce}
      for no key update skip locked
    )
    update tasks set
      status = case when ends then 'failed' else 'pending' end,
      failure_code = case when ends then ${overdue.code} end,
      failure_message = case when ends then ${overdue.message} end,
      ended_at = case when ends then clock_timestamp() end,
      ended_by = case when ends then ${settler} end,
      lease_until = null, lease_minutes = null,
      claimed_by = case when ends then tasks.claimed_by end,
      claimed_by_agent = case when ends then tasks.claimed_by_agent end,
      claimed_at = case when ends then tasks.claimed_at end,
      started_at = case when ends then tasks.started_at end
    from due where due.id = tasks.id
    returning tasks.id, failure_code, due.claimed_by as session_id, due.claimed_by_agent as agent_id`);
}

function eventOf(row: Settled): Omit<CoordinatorEvent, 'project'> {
  return row.failure_code === null
    ? { topic: 'task.returned', subject: row.id, facts: { agent: row.agent_id } }
    : { topic: 'task.failed', subject: row.id, facts: { code: row.failure_code, agent: row.agent_id } };
}
