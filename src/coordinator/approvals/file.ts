import { v7 as uuid } from 'uuid';
import type { Queryable } from '../database/port.ts';
import { jsonb, sql } from '../database/sql.ts';
import type { AgentCaller, Project } from '../kernel/caller.ts';
import type { Decision } from '../kernel/decision.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type Ask, mostAsksShown, rulesOf } from './asks.ts';
import type { Binding } from './binding.ts';
import { cancelOpen, expireOverdue } from './close.ts';
import { type ApprovalRow, columns, isBoundTo, isOpen } from './store.ts';
import type { Summary } from './summary.ts';

/** A request as it is filed. */
export interface Request {
  readonly project: Project;
  readonly agent: AgentCaller;
  readonly binding: Binding;
  /** Empty where the agent asks by itself. */
  readonly asks: readonly Ask[];
  readonly policy?: Decision | undefined;
  readonly summary: Summary;
  readonly justification?: string | undefined;
  readonly changesetId?: string | undefined;
}

/** A session that has more open questions than this does not get them answered by asking more. */
const mostPendingOfSession = 50;

/**
 * Files a request, or answers the open one for the same binding. An approval that does not cover what asks now is
 * withdrawn: the person decides anew about everything.
 * @throws InterlockError `resource_limit_exceeded` where the session waits for too many answers already.
 */
export async function file(tx: Queryable, request: Request): Promise<{ row: ApprovalRow; isNew: boolean }> {
  const { agent, binding } = request;
  const rules = rulesOf(request.asks);
  await expireOverdue(tx, isBoundTo(binding));
  await cancelOpen(
    tx,
    'approvals',
    'more rules ask now than were decided upon',
    sql`${isBoundTo(binding)} and status = 'approved' and not rules @> ${[...rules]}::text[]`,
  );
  await refuseFlood(tx, agent);
  const [row] = await tx.query(sql<ApprovalRow>`
    insert into approvals (
      id, project_id, session_id, agent_id, agent_type, delegated_from, filed_by, operation, resource_type,
      resource_id, content_hash, rules, asks, policy, summary, justification, changeset_id, expires_at
    ) values (
      ${uuid()}, ${binding.projectId}, ${agent.sessionId}, ${agent.agentId}, ${agent.agentType},
      ${agent.delegatedFrom}, ${binding.filedBy}, ${binding.operation}, ${binding.resource.type},
      ${binding.resource.id}, ${binding.contentHash}, ${[...rules]}, ${jsonb(request.asks.slice(0, mostAsksShown))},
      ${request.policy ? jsonb(request.policy) : null}, ${jsonb(request.summary)}, ${request.justification ?? null},
      ${request.changesetId ?? null},
      now() + make_interval(mins => ${request.project.settings['approvals.timeoutMinutes']})
    )
    on conflict (session_id, filed_by, operation, resource_type, resource_id, content_hash) where ${isOpen}
    do nothing
    returning ${columns}`);
  if (row) return { row, isNew: true };
  const [open] = await tx.query(
    sql<ApprovalRow>`select ${columns} from approvals where ${isBoundTo(binding)} and ${isOpen}`,
  );
  // Nothing there any more: it was closed between the two statements, so there is room for ours.
  return open ? { row: open, isNew: false } : file(tx, request);
}

/** What is told to everybody when a request was filed. */
export function requested(row: ApprovalRow) {
  return {
    topic: 'approval.requested',
    subject: row.id,
    facts: { agent: row.agent_id, operation: row.operation },
  };
}

/** What the record says of a request that was filed. */
export function factsOf(row: ApprovalRow) {
  return {
    approval_id: row.id,
    for_operation: row.operation,
    for_resource: { type: row.resource_type, id: row.resource_id },
    content_hash: row.content_hash,
    rules: row.rules,
    filed_by: row.filed_by,
    expires_at: row.expires_at.toISOString(),
  };
}

async function refuseFlood(tx: Queryable, agent: AgentCaller): Promise<void> {
  const [row] = await tx.query(sql<{ pending: number }>`
    select count(*) as pending from approvals
    where session_id = ${agent.sessionId} and status = 'pending' and expires_at > now()`);
  const pending = row?.pending ?? 0;
  if (pending < mostPendingOfSession) return;
  throw new InterlockError(
    'resource_limit_exceeded',
    `${agent.agentId} waits for ${pending} approvals already; no more are filed for this session.`,
    {
      next: 'Wait for answers with wait_for_approval, or withdraw what is no longer needed with cancel_approval.',
      params: { pending, limit: mostPendingOfSession },
    },
  );
}
