import type { AuditEntry } from '../extension/project-state.ts';

/** What a record is about, as the activity view filters. A refusal of any kind is also `refusals`. */
export const topics = [
  'refusals',
  'approvals',
  'locks',
  'work',
  'sessions',
  'settings',
  'github',
  'tools',
  'reads',
] as const;
export type Topic = (typeof topics)[number];

/** By the words in the operation's name; the first that fits counts. */
const topicByName: readonly (readonly [RegExp, Topic])[] = [
  [/^(check_tool_use|end_turn|brief_session)$/, 'tools'],
  [/approval|grant|permission|denial/, 'approvals'],
  [/_(work|task)$/, 'work'],
  [/^(query|read|list|check|recall|get|verify|discover|describe)_/, 'reads'],
  [/^(record|settle|take)_github_|_branches$/, 'github'],
  [/lock|unsaved/, 'locks'],
  [/session|heartbeat|agent|message/, 'sessions'],
  [/configure|operator|policy|profile|network|hook|sign_(in|out)/, 'settings'],
];

/** Too much to read unless somebody looks for it. What GitHub's people do is told by its locks and tasks. */
const quiet: ReadonlySet<Topic> = new Set(['reads', 'tools', 'github']);

export function topicsOf(entry: AuditEntry): readonly Topic[] {
  const about = topicByName.find(([pattern]) => pattern.test(entry.operation))?.[1];
  return [...(entry.outcome === 'done' ? [] : ['refusals' as const]), ...(about ? [about] : [])];
}

/**
 * Worth showing although nobody looks for it. A call that waits for approval is told by the request that it filed.
 */
export function isNotable(entry: AuditEntry): boolean {
  if (entry.code === 'approval_pending') return false;
  const about = topicsOf(entry);
  const isQuiet = about.length > 0 && about.every(topic => quiet.has(topic));
  return !isQuiet || entry.findings.length > 0;
}
