import type { OperationContext } from '../kernel/operation.ts';
import { notSubmitter } from './refusals.ts';
import type { TaskRow } from './store.ts';

/** The trust with which an agent may decide about what others submitted. */
const trustNeeded = 3;

/**
 * A task is its submitter's to decide about: that session, another of the same agent under a name of its own, an agent
 * with trust 3, a person.
 * @throws InterlockError `not_submitter`, beginning with `what` is not theirs to do.
 */
export function refuseOthers(
  { caller }: Pick<OperationContext, 'caller'>,
  task: TaskRow,
  what: string,
): void {
  if (caller.kind !== 'agent' || caller.trust >= trustNeeded) return;
  if (task.submitter_session_id === caller.sessionId) return;
  if (task.submitter_agent_id === caller.agentId && caller.agentId !== caller.agentType) return;
  throw notSubmitter(task, what);
}
