import { z } from 'zod';
import { sql } from '../database/sql.ts';
import type { AgentCaller, Caller } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { readApproval } from './access.ts';
import { ApprovalStatus, statusOf } from './approval.ts';
import { bound, hashOfContent } from './binding.ts';
import { factsOf, file, requested } from './file.ts';
import { alreadyClosed, denied, expired, used } from './refusals.ts';
import { shown } from './shown.ts';
import { type ApprovalRow, columns, consume, findStanding, isOpen } from './store.ts';
import { summarize } from './summary.ts';

/** Characters: a page that a person reads before deciding. */
const longestJustification = 2000;

const Content = z
  .string()
  .min(1)
  .max(100_000)
  .describe('Exactly what you want to do, word for word: the command, the request, the text.');

/** Asks a person for something that no call of Interlock stands behind. Asking twice is asking once. */
export const requestApproval = operation({
  name: 'request_approval',
  title: 'Ask a person for approval',
  description:
    'Asks the person at the editor to allow something that Interlock does not check by itself, such as a deployment through another tool. Then call wait_for_approval, and use_approval right before you do it. Calls that Interlock stops ask by themselves: do not use this for them.',
  access: 'write',
  callers: ['agent'],
  ownAffair: true,
  idempotent: true,
  input: z.object({
    operation: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .describe('What you want to do, in a word: deploy, publish, …'),
    resource: z.string().trim().min(1).max(1000).describe('What you want to do it to.'),
    content: Content,
    justification: z
      .string()
      .trim()
      .min(1)
      .max(longestJustification)
      .describe('Why it is needed, for the person who decides.'),
    changeset_id: z.string().trim().min(1).max(200).optional(),
  }),
  output: ApprovalStatus,
  resource: input => ({ type: 'Tool', id: input.resource }),
  async run({ tx, project, caller, emit, note }, input) {
    const agent = agentOf(caller);
    const binding = {
      projectId: project.id,
      sessionId: agent.sessionId,
      filedBy: 'agent' as const,
      operation: input.operation,
      resource: bound({ type: 'Tool', id: input.resource }),
      contentHash: hashOfContent(input.content),
    };
    const standing = await findStanding(tx, binding);
    if (standing?.stands_until) throw standing.status === 'denied' ? denied(standing) : expired(standing);
    const { row, isNew } = await file(tx, {
      project,
      agent,
      binding,
      asks: [],
      summary: summarize({ text: input.content }, input.content),
      justification: shown(input.justification, longestJustification),
      changesetId: input.changeset_id,
    });
    note(factsOf(row));
    if (isNew) emit(requested(row));
    return statusOf(row);
  },
});

/** Uses up an approval that the agent asked for by itself: whoever guards the thing that was approved calls it. */
export const useApproval = operation({
  name: 'use_approval',
  title: 'Use an approval',
  description:
    'Call right before you do what request_approval was asked for and a person has approved. It succeeds once, for the same content; do it only if it succeeds.',
  access: 'write',
  callers: ['agent'],
  ownAffair: true,
  input: z.object({ approval_id: z.uuid(), content: Content }),
  output: ApprovalStatus,
  resource: input => ({ type: 'Approval', id: input.approval_id }),
  async run(context, { approval_id, content }) {
    const { tx, emit, note } = context;
    const row = await readApproval(context, approval_id);
    if (row.filed_by !== 'agent') {
      throw new InterlockError(
        'operation_not_permitted',
        `The approval ${row.id} is for a call of ${row.operation}, which uses it up by itself.`,
        { next: 'Repeat the call that was stopped, unchanged.', params: { approval_id } },
      );
    }
    if (row.content_hash !== Buffer.from(hashOfContent(content)).toString('hex')) {
      throw new InterlockError('invalid_input', `content: it is not what was asked in ${row.id}.`, {
        next: 'Send exactly the content that was approved, or ask for the new one with request_approval.',
        params: { field: 'content', approval_id },
      });
    }
    if (!(await consume(tx, row.id))) {
      const now = await readApproval(context, approval_id);
      if (now.status === 'consumed') throw used(now);
      if (now.status === 'denied') throw denied(now);
      if (now.status !== 'pending') throw alreadyClosed(now);
      throw new InterlockError('approval_pending', `The request ${row.id} is not decided yet.`, {
        next: `Call wait_for_approval with approval_id ${row.id}.`,
        params: { approval_id, expires_at: now.expires_at.toISOString() },
      });
    }
    note({ approval_id, for_operation: row.operation, content_hash: row.content_hash });
    emit({ topic: 'approval.consumed', subject: row.id, facts: { agent: row.agent_id } });
    return statusOf(await readApproval(context, approval_id));
  },
});

/** Withdraws a request of one's own, decided or not, while it has not been used. */
export const cancelApproval = operation({
  name: 'cancel_approval',
  title: 'Withdraw a request for approval',
  description:
    'Withdraws your own request when you no longer need it, so that nobody has to decide it. An approval that was given and not used is given back.',
  access: 'write',
  callers: ['agent'],
  ownAffair: true,
  input: z.object({ approval_id: z.uuid() }),
  output: ApprovalStatus,
  resource: input => ({ type: 'Approval', id: input.approval_id }),
  async run(context, { approval_id }) {
    const { tx, caller, project, emit, note } = context;
    const { sessionId, agentId } = agentOf(caller);
    const [cancelled] = await tx.query(sql<ApprovalRow>`
      update approvals set status = 'cancelled', closed_at = now(), close_reason = ${`withdrawn by ${agentId}`}
      where project_id = ${project.id} and session_id = ${sessionId} and id = ${approval_id}
        and ${isOpen} and expires_at > now()
      returning ${columns}`);
    if (!cancelled) throw alreadyClosed(await readApproval(context, approval_id));
    note({ approval_id, for_operation: cancelled.operation, content_hash: cancelled.content_hash });
    emit({ topic: 'approval.cancelled', subject: approval_id, facts: { agent: agentId } });
    return statusOf(cancelled);
  },
});

function agentOf(caller: Caller): AgentCaller {
  if (caller.kind !== 'agent') throw new Error('this operation is for agents');
  return caller;
}
