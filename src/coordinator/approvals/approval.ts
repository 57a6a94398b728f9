import { z } from 'zod';
import { Ask } from './asks.ts';
import { Scope, Status } from './state.ts';
import type { ApprovalRow } from './store.ts';
import { Summary } from './summary.ts';

const Decided = z.object({
  by: z.string().describe('The name of the operator.'),
  at: z.string(),
  reason: z.string().nullable(),
  scope: Scope.nullable(),
  grant_id: z.uuid().nullable(),
});

/** How a request stands: what the agent that asked needs to know. */
export const ApprovalStatus = z.object({
  approval_id: z.uuid(),
  status: Status,
  operation: z.string(),
  resource: z.object({ type: z.string(), id: z.string() }),
  requested_at: z.string(),
  expires_at: z.string(),
  decided: Decided.nullable(),
  next: z.string().describe('What the agent that asked does now.'),
});
export type ApprovalStatus = z.infer<typeof ApprovalStatus>;

/** A request with everything that a person needs to decide it. */
export const Approval = ApprovalStatus.extend({
  filed_by: z.enum(['corridor', 'agent']),
  session_id: z.uuid(),
  agent_id: z.string(),
  agent_type: z.string(),
  delegated_from: z.string().nullable(),
  asks: z.array(Ask),
  policy: z.unknown().describe('What the policy engine decided, and from what.'),
  summary: Summary.nullable().describe(
    'Null for a caller that has proved nothing: it learns what is asked about and why.',
  ),
  justification: z.string().nullable(),
  changeset_id: z.string().nullable(),
  content_hash: z.string().describe('SHA-256 of the canonical JSON of the exact content.'),
  closed_at: z.string().nullable(),
  close_reason: z.string().nullable(),
  lifted_at: z.string().nullable(),
});
export type Approval = z.infer<typeof Approval>;

export function statusOf(row: ApprovalRow): ApprovalStatus {
  return {
    approval_id: row.id,
    status: row.status,
    operation: row.operation,
    resource: { type: row.resource_type, id: row.resource_id },
    requested_at: row.requested_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    decided: row.decided_at && {
      by: row.decided_by_name ?? '',
      at: row.decided_at.toISOString(),
      reason: row.reason,
      scope: row.scope,
      grant_id: row.grant_id,
    },
    next: nextOf(row),
  };
}

export function approvalOf(row: ApprovalRow): Approval {
  return {
    ...statusOf(row),
    filed_by: row.filed_by,
    session_id: row.session_id,
    agent_id: row.agent_id,
    agent_type: row.agent_type,
    delegated_from: row.delegated_from,
    asks: row.asks,
    policy: row.policy,
    summary: Summary.parse(row.summary),
    justification: row.justification,
    changeset_id: row.changeset_id,
    content_hash: row.content_hash,
    closed_at: row.closed_at?.toISOString() ?? null,
    close_reason: row.close_reason,
    lifted_at: row.lifted_at?.toISOString() ?? null,
  };
}

function nextOf(row: ApprovalRow): string {
  const isCorridors = row.filed_by === 'corridor';
  switch (row.status) {
    case 'pending':
      return 'Call wait_for_approval again, or do something else meanwhile.';
    case 'approved':
      return isCorridors
        ? 'Repeat the call that was stopped, unchanged. It passes once.'
        : 'Call use_approval with the same content, and do it when that succeeds.';
    case 'denied':
      return `Do not do it. ${row.reason ? 'Read the reason, and find another way.' : 'Find another way, or ask the person why.'}`;
    case 'expired':
      return row.decided_at
        ? 'It was approved and not used in time. Ask again if it is still needed.'
        : 'Nobody decided in time, which counts as no. Ask again when the person is back.';
    case 'cancelled':
      return 'It was withdrawn. Ask again if it is still needed.';
    case 'consumed':
      return 'It was used, and holds for nothing more. Ask again for another call.';
  }
}
