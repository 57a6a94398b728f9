import { z } from 'zod';
import { cancelApprovalsOfSession } from '../approvals/session-end.ts';
import { sql } from '../database/sql.ts';
import { revokeGrantsOfSession } from '../grants/store.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { releaseLocksOfSession, sweepLocks } from '../locks/session-locks.ts';
import { takeTurn } from '../projects/turn.ts';

const Ended = z.object({
  session_id: z.uuid(),
  agent_id: z.string(),
  locks_released: z.number().int(),
  approvals_cancelled: z.number().int(),
  grants_revoked: z.number().int(),
});

/** Ends one session and gives back what it held, in one transaction. Other sessions of the same agent are not touched. */
export const endSession = operation({
  name: 'end_session',
  title: 'End a session',
  description:
    'Ends your session: its locks are released, its open approvals withdrawn, its grants revoked. Call it when you are done for good.',
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
    const ended = await endOne(context, whichSession(context, session_id), reason);
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
    const { tx, project, caller, note } = context;
    await takeTurn(tx, project.id);
    const stale = await tx.query(sql<{ id: string }>`
      select id from sessions
      where project_id = ${project.id} and ended_at is null
        and last_seen_at < now() - make_interval(mins => ${stale_threshold_minutes})
        and id is distinct from ${caller.kind === 'agent' ? caller.sessionId : null}
      order by id
      limit ${mostAtOnce}
      for no key update skip locked`);
    const sessions: z.infer<typeof Ended>[] = [];
    for (const { id } of stale) {
      sessions.push(await endOne(context, id, `no sign of life for ${stale_threshold_minutes} minutes`));
    }
    await sweepLocks(tx, project.id);
    note({ sessions: sessions.map(session => session.session_id) });
    return { success: true as const, sessions };
  },
});

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

/** The turn comes first, as everywhere: whoever takes a lock holds it before it refers to the session. */
async function endOne(context: OperationContext, id: string, reason: string): Promise<z.infer<typeof Ended>> {
  const { tx, project, emit, note } = context;
  await takeTurn(tx, project.id);
  const [session] = await tx.query(sql<{ agent_id: string }>`
    update sessions set ended_at = now(), end_reason = ${reason}
    where id = ${id} and project_id = ${project.id} and ended_at is null
    returning agent_id`);
  if (!session) {
    throw new InterlockError('session_not_found', `No session ${id} is alive in this project.`, {
      next: 'discover_agents lists those that are. Nothing was changed.',
      params: { session_id: id },
    });
  }
  const locks = await releaseLocksOfSession(context, id);
  const grants = await revokeGrantsOfSession(context, id, reason);
  const approvals = await cancelApprovalsOfSession(context, id, reason);
  emit({ topic: 'session.ended', subject: id, facts: { agent: session.agent_id } });
  const ended = {
    session_id: id,
    agent_id: session.agent_id,
    locks_released: locks,
    approvals_cancelled: approvals,
    grants_revoked: grants,
  };
  note({ ended_session: id, reason });
  return ended;
}
