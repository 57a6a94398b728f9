import { sql } from '../database/sql.ts';
import type { OperationContext } from '../kernel/operation.ts';
import { cancelOpen } from './close.ts';

/**
 * Withdraws every open request of a session that ends, approvals that were given and not used included, and records
 * each. Answers how many there were.
 */
export function cancelApprovalsOfSession(
  { tx, project }: Pick<OperationContext, 'tx' | 'project'>,
  sessionId: string,
  reason: string,
): Promise<number> {
  return cancelOpen(
    tx,
    'session end',
    reason,
    sql`project_id = ${project.id} and session_id = ${sessionId} and expires_at > now()`,
  );
}
