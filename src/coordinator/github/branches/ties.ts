import type { Queryable } from '../../database/port.ts';
import { claimersOf } from '../../queue/claimed.ts';
import { sessionsOfAgents } from '../../sessions/stand-ins.ts';
import type { WorkingBranch } from './store.ts';

/**
 * The session that works on each branch: the one that claimed its task, or the one of its agent in whose worktree it is
 * checked out, or the only one of its agent. For that session, what the branch changes is no news.
 */
export async function sessionsBehind(
  tx: Queryable,
  projectId: string,
  branches: readonly WorkingBranch[],
): Promise<ReadonlyMap<string, string>> {
  if (branches.length === 0) return new Map();
  const claimers = await claimersOf(
    tx,
    projectId,
    branches.map(({ taskId }) => taskId),
  );
  const sessions = await sessionsOfAgents(tx, projectId, [
    ...new Set(branches.map(({ agentId }) => agentId)),
  ]);
  const tied = branches.map(({ branch, agentId, taskId, worktree }) => {
    const own = sessions.filter(({ agent_id }) => agent_id === agentId);
    const there = own.find(session => worktree !== null && session.worktree === worktree);
    const only = own.length === 1 ? own[0] : undefined;
    return [branch, claimers.get(taskId) ?? there?.id ?? only?.id] as const;
  });
  return new Map(tied.flatMap(([branch, id]) => (id === undefined ? [] : [[branch, id]])));
}
