import { recordOfSystem } from '../audit/record.ts';
import { appendAudit } from '../audit/recorder.ts';
import type { Database, Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { type Periodic, repeat } from '../kernel/periodic.ts';
import type { Projects } from '../projects/projects.ts';
import { takeTurn } from '../projects/turn.ts';

/** Days are coarse: once an hour is often enough, in milliseconds. */
const removeEveryMs = 3_600_000;

/** Removes at once what ended long ago, and then every hour until it is closed. */
export function startRemovingEnded(
  database: Database,
  projects: Projects,
  onError: (error: unknown) => void,
): Periodic {
  return repeat(() => removeEnded(database, projects), removeEveryMs, onError);
}

/** Tasks that one transaction removes at most, so that nobody waits long for its turn. */
const mostAtOnce = 500;

/**
 * Removes the tasks of every project that ended longer ago than its settings keep them, with a record of how many, and
 * answers how many there were. A task that an open one depends on is kept, since how it ended still matters; one that
 * ended with it forgets what it depended on. What happened to a task stays in the audit log.
 */
export async function removeEnded(database: Database, projects: Projects): Promise<number> {
  // A day is the shortest that settings keep a task.
  const candidates = await database.query(sql<{ id: string }>`
    select id from projects
    where exists (select from tasks where project_id = projects.id and ended_at < now() - interval '1 day')`);
  let removed = 0;
  for (const { id } of candidates) {
    const { settings } = await projects.byId(id);
    let rows: number;
    do {
      rows = await database.transaction(tx => removeFrom(tx, id, settings['queue.keepEndedDays']), {
        projectId: id,
      });
      removed += rows;
    } while (rows >= mostAtOnce);
  }
  return removed;
}

async function removeFrom(tx: Queryable, projectId: string, keptDays: number): Promise<number> {
  // The turn keeps out a submission that names one of them as its dependency.
  await takeTurn(tx, projectId);
  const removed = await tx.query(sql<{ id: string }>`
    with old as materialized (
      select id from tasks
      where project_id = ${projectId} and ended_at < now() - make_interval(days => ${keptDays})
        and not exists (
          select from task_dependencies as edge join tasks as dependant on dependant.id = edge.task_id
          where edge.depends_on = tasks.id and dependant.ended_at is null
        )
      order by ended_at
      limit ${mostAtOnce}
    ),
    their_own as (delete from task_dependencies using old where task_id = old.id),
    of_others as (delete from task_dependencies using old where depends_on = old.id)
    delete from tasks using old where tasks.id = old.id
    returning tasks.id`);
  if (removed.length === 0) return 0;
  const record = recordOfSystem('queue', {
    operation: 'remove_ended_work',
    resource: { type: 'Project', id: 'work' },
    facts: { removed: removed.length, kept_days: keptDays },
  });
  await appendAudit(tx, projectId, record, [{ project: projectId, topic: 'task.removed', subject: '' }]);
  return removed.length;
}
