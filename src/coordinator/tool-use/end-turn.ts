import { z } from 'zod';
import { operation } from '../kernel/operation.ts';
import { releaseLocksOfSession } from '../locks/session-locks.ts';

/** What a harness says when the agent has answered and waits for its person: nobody waits for its edits any longer. */
export const endTurn = operation({
  name: 'end_turn',
  title: 'End the turn',
  description:
    'Frees the locks that first writes took by themselves. Locks that were asked for by name stay.',
  access: 'write',
  callers: ['agent'],
  ownAffair: true,
  tool: false,
  idempotent: true,
  input: z.object({}),
  output: z.object({ released: z.number().int() }),
  resource: () => ({ type: 'Session', id: 'own' }),
  async run(context) {
    const { caller } = context;
    if (caller.kind !== 'agent') throw new Error('end_turn is for agents');
    return { released: await releaseLocksOfSession(context, caller.sessionId, { onlyAutomatic: true }) };
  },
});
