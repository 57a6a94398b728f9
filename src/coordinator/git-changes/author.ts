import { recentlyDone } from '../audit/recent.ts';
import type { Queryable } from '../database/port.ts';
import type { Caller, Place } from '../kernel/caller.ts';
import { tasksClaimedBy } from '../queue/claimed.ts';
import { findById } from '../sessions/store.ts';

/** Whose doing a change in git is. */
export interface Author {
  readonly sessionId: string;
  readonly agentId: string;
  readonly agentType: string;
  /** `named`: the session said so itself. `seen`: its call of git was let through a moment ago, in this worktree. */
  readonly how: 'named' | 'seen';
  /** What it works on: the task it claimed last, else its own words. */
  readonly task: string | null;
}

/**
 * How long a command with git in it, once let through, may take to come to its hook, in seconds. A person who commits in
 * the same worktree in this time is taken for the agent, so it is short.
 */
const commandTakesSeconds = 120;

/** Commands whose git writes commits or pushes them. */
const writesWithGit = /\bgit\b[^|;&]*\b(?:commit|push|merge|rebase|revert|cherry-pick|am|pull)\b/;

/**
 * The agent behind a call of a git hook; null for a person. Terminals of most editors do not say which chat opened
 * them, so a call that names nobody belongs to the session whose own call of git was let through last.
 */
export async function authorOf(tx: Queryable, caller: Caller, place: Place): Promise<Author | null> {
  if (caller.kind === 'agent') return describe(tx, place, caller.sessionId, 'named');
  if (caller.kind !== 'local') return null;
  const calls = await recentlyDone(tx, place.project.id, 'check_tool_use', commandTakesSeconds);
  for (const { resource, session_id } of calls) {
    if (session_id === null || !writesWithGit.test(resource?.id ?? '')) continue;
    const author = await describe(tx, place, session_id, 'seen');
    if (author) return author;
  }
  return null;
}

async function describe(
  tx: Queryable,
  { project, worktree }: Place,
  sessionId: string,
  how: Author['how'],
): Promise<Author | null> {
  const session = await findById(tx, project.id, sessionId);
  if (!session || (how === 'seen' && (session.ended || session.worktree !== worktree))) return null;
  const [claimed] = await tasksClaimedBy(tx, project.id, sessionId);
  return {
    sessionId,
    agentId: session.agent_id,
    agentType: session.agent_type,
    how,
    task: claimed ?? session.current_task,
  };
}
