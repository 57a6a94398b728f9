import type { OperationContext } from '../kernel/operation.ts';
import { notFound } from './refusals.ts';
import { type ApprovalRow, findApproval } from './store.ts';

/**
 * The request with this id, as far as the caller may see it: an agent sees those of its own session.
 * @throws InterlockError `approval_not_found`, also for what exists and is another's, so that ids tell nothing.
 */
export async function readApproval(
  { tx, project, caller }: Pick<OperationContext, 'tx' | 'project' | 'caller'>,
  id: string,
): Promise<ApprovalRow> {
  const row = await findApproval(tx, project.id, id);
  if (!row || (caller.kind === 'agent' && row.session_id !== caller.sessionId)) throw notFound(id);
  return row;
}
