import { z } from 'zod';
import { cancelApprovalsOfSession } from '../approvals/session-end.ts';
import { sql } from '../database/sql.ts';
import { revokeGrantsOfSession } from '../grants/store.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { releaseLocksOfSession, sweepLocks } from '../locks/session-locks.ts';
import { clearWorkingMemoryOfSession } from '../memory/working/clear.ts';
import { takeTurn } from '../projects/turn.ts';
import { type ReturnedClaims, returnClaimsOfSession } from '../queue/return-claims.ts';
import { endsBySilence, harnessOfStandIns } from './stand-ins.ts';

const Ended = z.object({
  session_id: z.uuid(),
  agent_id: z.string(),
  locks_released: z.number().int(),
  tasks_returned: z
    .number()
    .int()
    .describe('Tasks it had claimed: they wait for a worker again, or have no attempt left.'),
  memories_cleared: z.number().int().describe('Entries of its working memory.'),
  approvals_cancelled: z.number().int(),
  grants_revoked: z.number().int(),
});

/** Ends one session and gives back what it held, in one transaction. Other sessions of the same agent are not touched. */
export const endSession = operation({
  name: 'end_session',
  title: 'End a session',
  description:
    'Ends your session: its locks are released, the tasks it claimed go back to the queue, its open approvals withdrawn, its grants revoked. Call it when you are done for good.',
  access: 'write',
  callers: ['agent', 'operator', 'system'],
  ownAffair: true,
  destructive: true,
  input: z.object({
    session_id: z.uuid().optional().describe('Your own, which is the default; a person may end any.'),
    reason: z.string().trim().min(1).max(500).default('ended by its caller'),
  }),
  output: z.object({ success: z.literal(true), ...Ended.shape }),
  resource: ({ session_id }) => ({ type: 'Session', id: session_id ?? 'own' }),
  async run(context, { session_id, reason }) {
    const id = whichSession(context, session_id);
    const [ended] = await endSessions(context, [id], reason);
    if (!ended) throw notAlive(id);
    return { success: true as const, ...ended };
  },
});

/** Ends every session of the project that has shown no sign of life, each as `end_session` does. */
export const cleanupDeadAgents = operation({
  name: 'cleanup_dead_agents',
  title: 'Clean up dead agents',
  description:
    'Ends sessions without a sign of life for some minutes, so that what they held is free again. Other sessions of the same agents are not touched.',
  access: 'admin',
  destructive: true,
  idempotent: true,
  input: z.object({
    stale_threshold_minutes: z.number().int().min(1).max(1440).default(15),
  }),
  output: z.object({ success: z.literal(true), sessions: z.array(Ended) }),
  resource: () => ({ type: 'Project', id: 'agents' }),
  async run(context, { stale_threshold_minutes }) {
    const { tx, project, caller } = context;
    await takeTurn(tx, project.id);
    const stale = await tx.query(sql<{ id: string }>`
      select id from sessions
      where project_id = ${project.id} and ended_at is null and ${endsBySilence}
        and last_seen_at < now() - make_interval(mins => ${stale_threshold_minutes})
        and id is distinct from ${caller.kind === 'agent' ? caller.sessionId : null}
      order by id
      limit ${mostAtOnce}
      for no key update skip locked`);
    const sessions = await endSessions(
      context,
      stale.map(({ id }) => id),
      `no sign of life for ${stale_threshold_minutes} minutes`,
    );
    await sweepLocks(tx, project.id);
    return { success: true as const, sessions };
  },
});

/** Ends every session that lives in a harness: an API key's, when the key ends. The project's turn is taken already. */
export async function endSessionsOfHarness(
  context: OperationContext,
  harness: string,
  reason: string,
): Promise<readonly z.infer<typeof Ended>[]> {
  const alive = await context.tx.query(sql<{ id: string }>`
    select id from sessions where project_id = ${context.project.id} and harness = ${harness} and ended_at is null
    order by id for no key update`);
  return endSessions(
    context,
    alive.map(({ id }) => id),
    reason,
  );
}

/**
 * Ends sessions that stand for things of one kind, except these; of very many the first, and the rest when it is called
 * again. The project's turn is taken already.
 */
export async function endStandInsExcept(
  context: OperationContext,
  agentType: string,
  kept: readonly string[],
  reason: string,
): Promise<void> {
  const others = await context.tx.query(sql<{ id: string }>`
    select id from sessions
    where project_id = ${context.project.id} and harness = ${harnessOfStandIns(agentType)} and ended_at is null
      and id <> all(${[...kept]}::uuid[])
    order by id limit ${mostAtOnce} for no key update`);
  await endSessions(
    context,
    others.map(({ id }) => id),
    reason,
  );
}

/** Sessions that one clean-up ends at most, so that its transaction stays short; the next one goes on. */
const mostAtOnce = 100;

function whichSession({ caller }: OperationContext, asked: string | undefined): string {
  const own = caller.kind === 'agent' ? caller.sessionId : undefined;
  if (own !== undefined && asked !== undefined && asked !== own) {
    throw new InterlockError('identity_mismatch', `The session ${asked} is not the one that calls.`, {
      next: 'An agent ends its own session; ask the person at the editor to end another.',
      params: { session_id: asked },
    });
  }
  const id = asked ?? own;
  if (id !== undefined) return id;
  throw new InterlockError('invalid_input', 'session_id: nothing says which session to end.', {
    next: 'Send the session_id that discover_agents shows.',
    params: { field: 'session_id' },
  });
}

/** What a session had, once it is free for others. */
interface Freed {
  readonly session_id: string;
  readonly agent_id: string;
  readonly locks: number;
  readonly tasks: ReturnedClaims;
  readonly memories: number;
}

/**
 * The turn comes first, as everywhere: whoever takes a lock holds it before it refers to the session. Then the locks and
 * tasks of all sessions; last what goes on the record one by one, since whoever holds the record must not wait for a task.
 */
async function endSessions(
  context: OperationContext,
  ids: readonly string[],
  reason: string,
): Promise<z.infer<typeof Ended>[]> {
  await takeTurn(context.tx, context.project.id);
  const freed: Freed[] = [];
  for (const id of ids) {
    const session = await free(context, id, reason);
    if (session) freed.push(session);
  }
  const ended: z.infer<typeof Ended>[] = [];
  for (const { session_id, agent_id, locks, tasks, memories } of freed) {
    ended.push({
      session_id,
      agent_id,
      locks_released: locks,
      tasks_returned: tasks.returned.length + tasks.failed.length,
      memories_cleared: memories,
      grants_revoked: await revokeGrantsOfSession(context, session_id, reason),
      approvals_cancelled: await cancelApprovalsOfSession(context, session_id, reason),
    });
  }
  context.note({
    reason,
    ended: freed.map(({ session_id, tasks }) => ({ session_id, ...tasks })),
  });
  return ended;
}

/** Ends the session and gives back its locks and tasks; undefined where it is not alive. */
async function free(context: OperationContext, id: string, reason: string): Promise<Freed | undefined> {
  const { tx, project, emit } = context;
  const [session] = await tx.query(sql<{ agent_id: string }>`
    update sessions set ended_at = now(), end_reason = ${reason}
    where id = ${id} and project_id = ${project.id} and ended_at is null
    returning agent_id`);
  if (!session) return undefined;
  const locks = await releaseLocksOfSession(context, id);
  const tasks = await returnClaimsOfSession(context, id, reason);
  const memories = await clearWorkingMemoryOfSession(tx, id);
  emit({ topic: 'session.ended', subject: id, facts: { agent: session.agent_id } });
  return { session_id: id, agent_id: session.agent_id, locks, tasks, memories };
}

function notAlive(id: string): InterlockError {
  return new InterlockError('session_not_found', `No session ${id} is alive in this project.`, {
    next: 'discover_agents lists those that are. Nothing was changed.',
    params: { session_id: id },
  });
}
