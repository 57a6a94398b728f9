import { recordOfSystem } from '../audit/record.ts';
import { appendAudit, notifyEvents } from '../audit/recorder.ts';
import type { Queryable } from '../database/port.ts';
import { type Query, sql } from '../database/sql.ts';
import { type ApprovalRow, columns, isOpen, isOverdue } from './store.ts';

/** An open request that came to its end without being used. */
interface Closed extends ApprovalRow {
  /** What it was before. */
  readonly was: 'pending' | 'approved';
}

type Condition = Query & { readonly isRawBuilder: true };

/**
 * Writes down that the time of open requests is over, where the condition holds, and records each. What is decided or
 * used in another transaction at the same moment is left to that one.
 */
export async function expireOverdue(tx: Queryable, where: Condition): Promise<number> {
  return close(tx, 'expiry', 'expired', 'not decided or not used in time', sql`${isOverdue} and ${where}`);
}

/** Withdraws open requests, where the condition holds, and records each. `by` says which part of the coordinator does. */
export async function cancelOpen(
  tx: Queryable,
  by: string,
  reason: string,
  where: Condition,
): Promise<number> {
  return close(tx, by, 'cancelled', reason, sql`${isOpen} and ${where}`);
}

async function close(
  tx: Queryable,
  by: string,
  status: 'expired' | 'cancelled',
  reason: string,
  where: Condition,
): Promise<number> {
  const closed = await tx.query(sql<Closed>`
    with chosen as (
      select id as chosen_id, status as was from approvals where ${where} order by id for update skip locked
    )
    update approvals set status = ${status}, closed_at = now(), close_reason = ${reason}
    from chosen where id = chosen_id
    returning ${columns}, was`);
  for (const row of closed) await tell(tx, by, row);
  return closed.length;
}

async function tell(tx: Queryable, by: string, row: Closed): Promise<void> {
  await appendAudit(
    tx,
    row.project_id,
    recordOfSystem(by, {
      operation: row.status === 'expired' ? 'expire_approval' : 'cancel_approval',
      resource: { type: 'Approval', id: row.id },
      session: row,
      facts: {
        approval_id: row.id,
        for_operation: row.operation,
        content_hash: row.content_hash,
        was: row.was,
        reason: row.close_reason,
      },
    }),
  );
  await notifyEvents(tx, [
    {
      project: row.project_id,
      topic: `approval.${row.status}`,
      subject: row.id,
      facts: { agent: row.agent_id },
    },
  ]);
}
