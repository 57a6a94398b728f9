import { z } from 'zod';
import { sql } from '../database/sql.ts';
import type { AgentCaller } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { agentOf } from '../locks/input.ts';
import { locksPromisedIn, moveLocks } from '../locks/transfer.ts';
import { Handoff, handoffOf, ReceivedLock } from './handoff.ts';
import { columns, findHandoff, type HandoffRow } from './store.ts';

/** Takes over what another agent handed over: its locks are the caller's from then on. */
export const acceptHandoff = operation({
  name: 'accept_handoff',
  title: 'Accept a handoff',
  description:
    'Takes over a handoff that is for you: you say that you go on with it, and the locks that wait for you become yours. `lost` are those that were given up or lapsed before.',
  access: 'write',
  callers: ['agent'],
  input: z.object({ handoff_id: z.uuid() }),
  output: z.object({
    success: z.literal(true),
    handoff: Handoff,
    locks: z.array(ReceivedLock),
    lost: z.array(z.string()),
  }),
  resource: () => ({ type: 'Project', id: 'handoffs' }),
  async run(context, { handoff_id }) {
    const { tx, project, emit, note } = context;
    const agent = agentOf(context);
    const waiting = await locksPromisedIn(context, handoff_id);
    const handoff = await findHandoff(tx, project.id, handoff_id);
    refuseOthers(handoff, agent);
    const [accepted] = await tx.query(sql<HandoffRow>`
      update handoffs set accepted_by = ${agent.sessionId}, accepted_by_agent = ${agent.agentId}, accepted_at = now()
      where id = ${handoff_id} and accepted_by is null
      returning ${columns}`);
    if (!accepted) throw alreadyAccepted(handoff);
    const locks = await moveLocks(context, waiting, agent);
    const lost = handoff.lock_paths.filter(path => !locks.some(lock => lock.path === path));
    note({
      handoff_id,
      from_session: handoff.session_id,
      locks: locks.map(({ path, fence }) => ({ path, fence })),
      lost,
    });
    emit({ topic: 'handoff.accepted', subject: handoff_id, facts: { agent: agent.agentId } });
    return {
      success: true as const,
      handoff: handoffOf(accepted),
      locks: locks.map(({ path, fence, expiresAt }) => ({
        file_path: path,
        fence,
        expires_at: expiresAt.toISOString(),
      })),
      lost,
    };
  },
});

function refuseOthers({ id, session_id, to_agent }: HandoffRow, agent: AgentCaller): void {
  if (session_id === agent.sessionId) {
    throw new InterlockError('handoff_not_for_caller', `You wrote the handoff ${id} yourself.`, {
      next: 'Go on with your work: until somebody accepts it, its locks are yours.',
      params: { handoff_id: id },
    });
  }
  if (to_agent === null || to_agent === agent.agentId) return;
  throw new InterlockError('handoff_not_for_caller', `The handoff ${id} is for ${to_agent}.`, {
    next: 'read_handoff shows others; leave this one to its receiver.',
    params: { handoff_id: id, to_agent },
  });
}

function alreadyAccepted({ id, accepted_by_agent, accepted_at }: HandoffRow): InterlockError {
  return new InterlockError(
    'handoff_accepted',
    `The handoff ${id} was taken over by ${accepted_by_agent} at ${accepted_at?.toISOString()}.`,
    {
      next: 'check_locks shows who holds what. If that was you, there is nothing left to do.',
      params: { handoff_id: id, accepted_by: accepted_by_agent },
    },
  );
}
