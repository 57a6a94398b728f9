import { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { insertGrant, longestGrantMinutes } from '../grants/store.ts';
import type { OperatorCaller } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { readApproval } from './access.ts';
import { Approval, approvalOf } from './approval.ts';
import { expireOverdue } from './close.ts';
import { alreadyClosed } from './refusals.ts';
import { shown } from './shown.ts';
import { Scope } from './state.ts';
import { type ApprovalRow, columns } from './store.ts';

/** Whoever says yes in the last minute still gives the agent this long to act, in minutes. */
const usableAtLeastMinutes = 10;

const Input = z.object({
  approval_id: z.uuid(),
  decision: z.enum(['approved', 'denied']),
  reason: z.string().trim().min(1).max(1000).optional().describe('Goes back to the agent.'),
  scope: Scope.default('once').describe(
    'once: this call. session: whatever asks for the same reasons in this session. minutes: the same, for that long.',
  ),
  minutes: z.number().int().min(1).max(longestGrantMinutes).optional().describe('With scope minutes.'),
});

/**
 * Decides a pending request. Of two decisions at once one wins, and the other learns whose. The decider is the operator
 * whose key the call carries; nothing in the input can name another, and no agent has such a key.
 */
export const decideApproval = operation({
  name: 'decide_approval',
  title: 'Decide an approval',
  description:
    'Approves or denies what an agent asked for: once, for its session, or for a number of minutes.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  input: Input,
  output: Approval,
  resource: input => ({ type: 'Approval', id: input.approval_id }),
  async run(context, input) {
    const { tx, emit, note } = context;
    refuseContradiction(input);
    const operator = operatorOf(context);
    const row = await decide(context, operator, input);
    if (!row) throw alreadyClosed(await readApproval(context, input.approval_id));
    const grant = input.scope === 'once' ? undefined : await grantFor(context, operator, row, input);
    const covered = grant ? await approveCovered(tx, row, grant.id) : [];
    note({
      approval_id: row.id,
      decision: input.decision,
      scope: row.scope,
      reason: row.reason,
      for_operation: row.operation,
      content_hash: row.content_hash,
      requester_agent: row.agent_id,
      requester_session: row.session_id,
      grant_id: grant?.id ?? null,
      also_approved: covered,
    });
    for (const id of [row.id, ...covered]) {
      emit({
        topic: 'approval.decided',
        subject: id,
        facts: { decision: input.decision, by: operator.name, agent: row.agent_id },
      });
    }
    if (grant) emit({ topic: 'grant.created', subject: grant.id, facts: { agent: row.agent_id } });
    return approvalOf({ ...row, grant_id: grant?.id ?? null });
  },
});

/** Takes back that a no stands, when the person has thought again: the agent may ask for the same thing at once. */
export const liftDenial = operation({
  name: 'lift_denial',
  title: 'Let the agent ask again',
  description:
    'A denial, and a request that nobody decided, answer the same call for some minutes. This ends that at once. It approves nothing.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  idempotent: true,
  input: z.object({ approval_id: z.uuid() }),
  output: Approval,
  resource: input => ({ type: 'Approval', id: input.approval_id }),
  async run(context, { approval_id }) {
    const { tx, project, emit, note } = context;
    const isIt = sql`project_id = ${project.id} and id = ${approval_id}`;
    await expireOverdue(tx, isIt);
    const [lifted] = await tx.query(sql`
      update approvals set lifted_at = now()
      where ${isIt} and status in ('denied', 'expired') and lifted_at is null
      returning id`);
    const row = await readApproval(context, approval_id);
    note({ approval_id, lifted: lifted !== undefined });
    if (lifted) emit({ topic: 'approval.lifted', subject: approval_id, facts: { agent: row.agent_id } });
    return approvalOf(row);
  },
});

async function decide(
  { tx, project }: OperationContext,
  operator: OperatorCaller,
  { approval_id, decision, reason, scope }: z.output<typeof Input>,
): Promise<ApprovalRow | undefined> {
  const [row] = await tx.query(sql<ApprovalRow>`
    update approvals set
      status = ${decision}, decided_at = now(), decided_by = ${operator.operatorId},
      decided_by_name = ${operator.name}, reason = ${reason ?? null},
      scope = ${decision === 'approved' ? scope : null},
      expires_at = case
        when ${decision === 'approved'} then greatest(expires_at, now() + make_interval(mins => ${usableAtLeastMinutes}))
        else expires_at
      end
    where project_id = ${project.id} and id = ${approval_id} and status = 'pending' and expires_at > now()
    returning ${columns}`);
  return row;
}

/**
 * Ties the grant to the request it came from, and approves with it what else the session waits for and the grant
 * covers, so that nobody is asked again for what they have just allowed. Answers the ids of those.
 */
async function approveCovered(tx: Queryable, from: ApprovalRow, grantId: string): Promise<string[]> {
  await tx.query(sql`update approvals set grant_id = ${grantId} where id = ${from.id}`);
  const rows = await tx.query(sql<{ id: string }>`
    update approvals set
      status = 'approved', grant_id = ${grantId}, decided_at = given.decided_at, decided_by = given.decided_by,
      decided_by_name = given.decided_by_name, reason = given.reason, scope = given.scope,
      expires_at = greatest(approvals.expires_at, now() + make_interval(mins => ${usableAtLeastMinutes}))
    from approvals as given
    where given.id = ${from.id} and approvals.session_id = given.session_id and approvals.filed_by = given.filed_by
      and approvals.operation = given.operation and approvals.rules <@ given.rules
      and approvals.status = 'pending' and approvals.expires_at > now()
    returning approvals.id`);
  return rows.map(row => row.id);
}

function grantFor(
  { tx, project }: OperationContext,
  operator: OperatorCaller,
  row: ApprovalRow,
  { scope, minutes, reason }: z.output<typeof Input>,
) {
  if (row.filed_by !== 'corridor') {
    throw invalid(
      'scope',
      'the agent asked for this by itself and no rule stands behind it; approve it once',
    );
  }
  return insertGrant(tx, {
    projectId: project.id,
    sessionId: row.session_id,
    agentId: row.agent_id,
    operation: row.operation,
    covers: 'rules',
    rules: row.rules,
    categories: [...new Set(row.asks.map(ask => ask.category))],
    scope: scope === 'minutes' ? 'minutes' : 'session',
    minutes: minutes ?? longestGrantMinutes,
    justification: shown([...new Set(row.asks.map(ask => ask.effect))].join('; '), 2000),
    reason,
    grantedBy: operator,
  });
}

function refuseContradiction({ decision, scope, minutes }: z.output<typeof Input>): void {
  if (decision === 'denied' && scope !== 'once') {
    throw invalid('scope', 'a denial is for this request alone; leave scope out');
  }
  if ((scope === 'minutes') !== (minutes !== undefined)) {
    throw invalid('minutes', 'it goes with scope "minutes", and with no other');
  }
}

function invalid(field: string, what: string): InterlockError {
  return new InterlockError('invalid_input', `decide_approval was not carried out. ${field}: ${what}.`, {
    next: 'Correct the field and decide again. The request is still pending.',
    params: { problems: [{ field, message: what }] },
  });
}

function operatorOf({ caller }: OperationContext): OperatorCaller {
  if (caller.kind !== 'operator') throw new Error('only an operator decides');
  return caller;
}
