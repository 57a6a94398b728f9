import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, type Waiting, waitFor } from '../kernel/operation.ts';
import { sessionIsAlive } from '../sessions/store.ts';
import { isOpen, trueStatus } from './store.ts';

/** How long a waiting call sleeps at most, in milliseconds, where word of a task was lost with a connection. */
const attemptEveryMs = 10_000;
/** What may give a waiting worker something to do. */
const topics = ['task.submitted', 'task.ready', 'task.returned', 'task.released', 'session.changed'];

/** The answer to a worker for which there is nothing. */
export const NoWork = z.object({
  success: z.literal(false),
  reason: z.literal('no_work_available'),
  pending: z.number().int().describe('Tasks that wait, and not for you, or not yet.'),
  in_progress: z.number().int().describe('Tasks that workers have.'),
  held: z.number().int().describe('Tasks that wait for a decision.'),
  stopped: z.array(z.uuid()).describe('Tasks that a guardrail would not let you have: a person decides.'),
  also_claimed: z.array(z.uuid()).describe('Tasks that you claimed before and have not completed.'),
  suggestion: z.string(),
});

/**
 * Sleeps until there may be something: something is told, or the first claim of somebody lapses.
 * @throws InterlockError `session_ended` where the session ended while the call was on its way.
 */
export async function waitForWork({ tx, project }: OperationContext, sessionId: string): Promise<Waiting> {
  const [row] = await tx.query(sql<{ alive: boolean; lapses_in_ms: number | null }>`
    select ${sessionIsAlive(sessionId)} as alive, (
      select (extract(epoch from min(lease_until) - clock_timestamp()) * 1000)::float8
      from tasks where project_id = ${project.id} and lease_until > clock_timestamp()
    ) as lapses_in_ms`);
  if (!row?.alive) throw ended(sessionId);
  // A timer may be early by a millisecond, and then finds the claim in force.
  const atLapse = row.lapses_in_ms === null ? attemptEveryMs : Math.ceil(row.lapses_in_ms) + 1;
  return waitFor(topics, Math.min(atLapse, attemptEveryMs));
}

/**
 * Says what there is, where there is nothing for the caller.
 * @throws InterlockError `session_ended` where the session ended while the call was on its way.
 */
export async function noWork(
  { tx, project }: OperationContext,
  sessionId: string,
  stopped: readonly string[],
): Promise<z.infer<typeof NoWork>> {
  const [row] = await tx.query(
    sql<
      Pick<z.infer<typeof NoWork>, 'pending' | 'in_progress' | 'held' | 'also_claimed'> & { alive: boolean }
    >`
    select ${sessionIsAlive(sessionId)} as alive,
      count(*) filter (where status = 'pending') as pending,
      count(*) filter (where status in ('claimed', 'running')) as in_progress,
      count(*) filter (where status = 'pending' and hold_reason is not null) as held,
      coalesce(
        array_agg(id) filter (where claimed_by = ${sessionId} and status in ('claimed', 'running')), '{}'
      ) as also_claimed
    from (
      select id, claimed_by, hold_reason, ${trueStatus} as status
      from tasks where project_id = ${project.id} and ${isOpen}
    ) as open`,
  );
  if (!row?.alive) throw ended(sessionId);
  const { alive: _, ...counts } = row;
  return {
    success: false,
    reason: 'no_work_available',
    ...counts,
    stopped: [...stopped],
    suggestion: suggestionFor(counts.pending - counts.held, counts.in_progress, counts.also_claimed.length),
  };
}

function suggestionFor(waiting: number, inProgress: number, own: number): string {
  if (own > 0) return 'You have tasks that you have not completed: go on with those.';
  if (waiting + inProgress > 0) {
    return 'Call get_work with wait_seconds: tasks that wait for others, or lose their worker, come free.';
  }
  return 'Nothing is left to do here.';
}

function ended(sessionId: string): InterlockError {
  return new InterlockError('session_ended', `The session ${sessionId} has ended; nothing was claimed.`, {
    next: 'Call register_session for a new session.',
    params: { session_id: sessionId },
  });
}
