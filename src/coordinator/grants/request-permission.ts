import { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { AgentCaller } from '../kernel/caller.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { Grant, grantOf } from './grant.ts';
import { columns, type GrantRow, insertGrant, isInForce, longestGrantMinutes } from './store.ts';

/**
 * Gives the session leave to call an operation that its profile or the policies would not let it call, for some minutes.
 * By itself only where the operation changes nothing (see `createPermissionInspector`); else a person has approved it
 * when this runs.
 */
export const requestPermission = operation({
  name: 'request_permission',
  title: 'Request a permission',
  description:
    'Asks for leave to call an operation that you are not permitted, for your session and some minutes. A person decides, except over what only reads. On approval_pending, call wait_for_approval and repeat the call unchanged.',
  access: 'write',
  callers: ['agent'],
  ownAffair: true,
  idempotent: true,
  input: z.object({
    operation: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .describe('The name of the operation: cleanup_dead_agents, …'),
    justification: z
      .string()
      .trim()
      .min(1)
      .max(2000)
      .optional()
      .describe('Why you need it, for the person who decides. Required unless the project says otherwise.'),
    minutes: z.number().int().min(1).max(longestGrantMinutes).default(60),
  }),
  output: z.object({ success: z.literal(true), grant: Grant }),
  resource: input => ({ type: 'Grant', id: input.operation }),
  intent: ({ operation, justification, minutes }) => ({
    permission: { operation, minutes, ...(justification === undefined ? {} : { justification }) },
  }),
  async run(context, { operation, justification = 'none given', minutes }) {
    const { tx, project, emit, note } = context;
    const agent = agentOf(context);
    const held = await findPermission(tx, agent.sessionId, operation, minutes);
    const grant =
      held ??
      (await insertGrant(tx, {
        projectId: project.id,
        sessionId: agent.sessionId,
        agentId: agent.agentId,
        operation,
        covers: 'operation',
        rules: [],
        categories: [],
        scope: 'minutes',
        minutes,
        justification,
        reason: undefined,
        grantedBy: personBehind(context),
      }));
    note({
      grant_id: grant.id,
      for_operation: operation,
      minutes,
      justification,
      self_service: grant.self_service,
    });
    if (!held) emit({ topic: 'grant.created', subject: grant.id, facts: { agent: agent.agentId } });
    return { success: true as const, grant: grantOf(grant) };
  },
});

/** The permission that the session has already, where it lasts as long as what is asked for. */
async function findPermission(
  tx: Queryable,
  sessionId: string,
  operation: string,
  minutes: number,
): Promise<GrantRow | undefined> {
  const [row] = await tx.query(sql<GrantRow>`
    select ${columns} from session_grants
    where session_id = ${sessionId} and operation = ${operation} and covers = 'operation' and ${isInForce}
      and expires_at >= now() + make_interval(mins => ${minutes})
    order by expires_at desc limit 1`);
  return row;
}

/** Whoever approved the call; undefined where nothing asked for a person. */
function personBehind({ findings, allowedBy }: OperationContext) {
  if (!allowedBy && findings.some(({ answer }) => answer === 'ask'))
    throw new Error('a permission that a person must give arrived without one');
  return allowedBy;
}

function agentOf({ caller }: OperationContext): AgentCaller {
  if (caller.kind !== 'agent') throw new Error('request_permission is for agents');
  return caller;
}
