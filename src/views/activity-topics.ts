import type { AuditEntry } from '../extension/project-state.ts';

/** What a record is about, as the activity view filters. A refusal of any kind is also `refusals`. */
export const topics = [
  'refusals',
  'approvals',
  'locks',
  'work',
  'sessions',
  'settings',
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
  [/lock|unsaved/, 'locks'],
  [/session|heartbeat|agent|message/, 'sessions'],
  [/configure|operator|policy|profile|network|hook/, 'settings'],
];

export function topicsOf(entry: AuditEntry): readonly Topic[] {
  const about = topicByName.find(([pattern]) => pattern.test(entry.operation))?.[1];
  return [...(entry.outcome === 'done' ? [] : ['refusals' as const]), ...(about ? [about] : [])];
}

/**
 * Worth showing although nobody looks for it. Too many to read are mere reading and tool calls that nothing stood against;
 * a call that waits for approval is told by the request that it filed.
 */
export function isNotable(entry: AuditEntry): boolean {
  if (entry.code === 'approval_pending') return false;
  const about = topicsOf(entry);
  const isQuiet = about.length > 0 && about.every(topic => topic === 'reads' || topic === 'tools');
  return !isQuiet || entry.findings.length > 0;
}
