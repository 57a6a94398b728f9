/** Whose branch it is, and which task it is for, as its name says. */
export interface AgentBranch {
  readonly agentId: string;
  readonly taskId: string;
  /** Without `refs/heads/`, or the name of the remote. */
  readonly branch: string;
}

/** Names longer than this belong to nobody who could register with them. */
const longestSegment = 200;

/**
 * Reads `<prefix>/<agent id>/<task id>`: exactly two segments after the prefix, with or without `refs/heads/` before it.
 * Undefined for any other name, and for one that is not text.
 */
export function parseAgentBranch(name: string, prefix: string): AgentBranch | undefined {
  const branch = name.replace(/^refs\/heads\//, '');
  if (!branch.startsWith(`${prefix}/`)) return undefined;
  const [agentId, taskId, ...more] = branch.slice(prefix.length + 1).split('/');
  if (!agentId || !taskId || more.length > 0) return undefined;
  if (agentId.length > longestSegment || taskId.length > longestSegment) return undefined;
  // git keeps bytes: those that are no UTF-8 come as this, and two names would be one.
  if (branch.includes('\ufffd')) return undefined;
  return { agentId, taskId, branch };
}

/** The name of the branch on which an agent works at a task. */
export function agentBranchName(prefix: string, agentId: string, taskId: string): string {
  return `${prefix}/${segment(agentId)}/${segment(taskId)}`;
}

/** What git does not allow in a segment of a name becomes a dash (git check-ref-format). */
function segment(text: string): string {
  const allowed = text
    .replaceAll(/[\p{C}\s~^:?*[\]\\/]+/gu, '-')
    .replaceAll(/\.{2,}|@\{/g, '-')
    .replaceAll(/^[.-]+|(?:\.lock|\.)+$/g, '');
  return allowed === '' || allowed === '@' ? 'unnamed' : allowed;
}
