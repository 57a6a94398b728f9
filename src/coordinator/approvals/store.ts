import type { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { Ask } from './asks.ts';
import type { Binding } from './binding.ts';
import type { Scope, Status } from './state.ts';
import type { Summary } from './summary.ts';

/** How long the same call is answered with the same no, in minutes, unless an operator lifts it before. */
const denialStandsMinutes = 10;
/** How long it is answered that nobody decided. Asking anew costs the time-out again, so this only has to be noticed. */
const missedDecisionStandsMinutes = 1;

/** A row of `approvals`. Its status is the true one: a row whose time is over reads as expired, swept or not. */
export interface ApprovalRow {
  readonly id: string;
  readonly project_id: string;
  readonly session_id: string;
  readonly agent_id: string;
  readonly agent_type: string;
  readonly delegated_from: string | null;
  readonly filed_by: 'corridor' | 'agent';
  readonly operation: string;
  readonly resource_type: string;
  readonly resource_id: string;
  /** Hexadecimal. */
  readonly content_hash: string;
  readonly rules: readonly string[];
  readonly asks: Ask[];
  readonly policy: unknown;
  readonly summary: z.input<typeof Summary>;
  readonly justification: string | null;
  readonly changeset_id: string | null;
  readonly status: Status;
  readonly requested_at: Date;
  readonly expires_at: Date;
  readonly expires_in_ms: number;
  readonly decided_at: Date | null;
  readonly decided_by: string | null;
  readonly decided_by_name: string | null;
  readonly reason: string | null;
  readonly scope: Scope | null;
  readonly grant_id: string | null;
  readonly lifted_at: Date | null;
  readonly closed_at: Date | null;
  readonly close_reason: string | null;
  /** Until when a no answers the same call without asking anew; null where it does not, or no longer. */
  readonly stands_until: Date | null;
}

/** True for a request that may still be decided or used, but for its time. */
export const isOpen = sql`status in ('pending', 'approved')`;
export const isOverdue = sql`status in ('pending', 'approved') and expires_at <= now()`;
export const trueStatus = sql`case when ${isOverdue} then 'expired' else status end`;

export const columns = sql`
  id, project_id, session_id, agent_id, agent_type, delegated_from, filed_by, operation, resource_type, resource_id,
  encode(content_hash, 'hex') as content_hash, rules, asks, policy, summary, justification, changeset_id,
  ${trueStatus} as status, requested_at, expires_at,
  (extract(epoch from expires_at - now()) * 1000)::float8 as expires_in_ms,
  decided_at, decided_by, decided_by_name, reason, scope, grant_id, lifted_at, closed_at, close_reason,
  case
    when lifted_at is not null then null
    when status = 'denied' and decided_at > now() - make_interval(mins => ${denialStandsMinutes})
      then decided_at + make_interval(mins => ${denialStandsMinutes})
    when ${trueStatus} = 'expired' and decided_at is null
      and expires_at > now() - make_interval(mins => ${missedDecisionStandsMinutes})
      then expires_at + make_interval(mins => ${missedDecisionStandsMinutes})
  end as stands_until`;

/** Exactly this session, operation, resource and content. */
export function isBoundTo({ projectId, sessionId, filedBy, operation, resource, contentHash }: Binding) {
  return sql`project_id = ${projectId} and session_id = ${sessionId} and filed_by = ${filedBy}
    and operation = ${operation} and resource_type = ${resource.type} and resource_id = ${resource.id}
    and content_hash = ${contentHash}`;
}

/** The request that answers for this binding: the open one, else the newest. There is at most one open. */
export async function findStanding(db: Queryable, binding: Binding): Promise<ApprovalRow | undefined> {
  const [row] = await db.query(sql<ApprovalRow>`
    select ${columns} from approvals where ${isBoundTo(binding)}
    order by (${isOpen}) desc, requested_at desc, id desc limit 1`);
  return row;
}

export async function findApproval(
  db: Queryable,
  projectId: string,
  id: string,
): Promise<ApprovalRow | undefined> {
  const [row] = await db.query(
    sql<ApprovalRow>`select ${columns} from approvals where project_id = ${projectId} and id = ${id}`,
  );
  return row;
}

/**
 * Uses an approval up, in the transaction of what it is for: of any number of calls at the same time exactly one gets
 * true.
 */
export async function consume(tx: Queryable, id: string): Promise<boolean> {
  const rows = await tx.query(sql`
    update approvals set status = 'consumed', closed_at = now()
    where id = ${id} and status = 'approved' and expires_at > now()
    returning id`);
  return rows.length === 1;
}

/**
 * Makes an approval usable again where the call that used it up has done nothing, unless the same was asked anew since.
 */
export async function giveBack(tx: Queryable, id: string): Promise<void> {
  await tx.query(sql`
    update approvals as given set status = 'approved', closed_at = null
    where id = ${id} and status = 'consumed' and not exists (
      select from approvals as newer
      where newer.session_id = given.session_id and newer.filed_by = given.filed_by
        and newer.operation = given.operation and newer.resource_type = given.resource_type
        and newer.resource_id = given.resource_id and newer.content_hash = given.content_hash
        and newer.status in ('pending', 'approved')
    )`);
}
