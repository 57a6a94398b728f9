import * as l10n from '@vscode/l10n';
import { type ColorId, colors } from '../extension/ids.ts';
import type { AuditEntry } from '../extension/project-state.ts';
import type { Icon } from './row.ts';
import { onOneLine, shortened } from './shown-text.ts';

/** What a record is about, as the activity view filters. A refusal of any kind is also `refusals`. */
export const topics = ['refusals', 'approvals', 'locks', 'sessions', 'settings', 'tools', 'reads'] as const;
export type Topic = (typeof topics)[number];

const topicOf: readonly (readonly [RegExp, Topic])[] = [
  [/approval|grant|permission|denial/, 'approvals'],
  [/lock|unsaved/, 'locks'],
  [/session|heartbeat|agent/, 'sessions'],
  [/configure|operator|policy|profile/, 'settings'],
  [/^(check_tool_use|end_turn|brief_session)$/, 'tools'],
  [/^(query|read|list|check|recall|get|verify)_/, 'reads'],
];

export function topicsOf(entry: AuditEntry): readonly Topic[] {
  const about = topicOf.find(([pattern]) => pattern.test(entry.operation))?.[1];
  return [...(entry.outcome === 'done' ? [] : ['refusals' as const]), ...(about ? [about] : [])];
}

/** A record as one sentence, and as a sign. */
export interface Account {
  readonly sentence: string;
  readonly icon: Icon;
}

export function accountOf(entry: AuditEntry): Account {
  return { sentence: sentenceOf(entry), icon: iconOf(entry) };
}

function iconOf(entry: AuditEntry): Icon {
  if (entry.outcome === 'denied') return { name: 'circle-slash', color: colors.refused };
  if (entry.outcome === 'refused') return { name: 'lock', color: colors.held };
  const [about] = topicsOf(entry);
  switch (about) {
    case 'approvals':
      return factOf(entry, 'decision') === 'denied'
        ? { name: 'x', color: colors.refused }
        : { name: 'check', color: decisionColor(entry) };
    case 'locks':
      return entry.operation.includes('release') ? { name: 'unlock' } : { name: 'lock', color: colors.held };
    case 'sessions':
      return { name: 'plug' };
    case 'settings':
      return { name: 'settings-gear' };
    default:
      return { name: 'circle-small' };
  }
}

function decisionColor(entry: AuditEntry): ColorId {
  return entry.operation === 'decide_approval' ? colors.clear : colors.asking;
}

function sentenceOf(entry: AuditEntry): string {
  const who = onOneLine(entry.caller.name);
  const what = resourceOf(entry);
  if (entry.outcome === 'denied') return denial(entry, who, what);
  if (entry.outcome === 'refused') {
    return entry.code === 'locked_by_other'
      ? l10n.t('{0} found {1} locked', who, what)
      : l10n.t('{0} could not {1} {2}: {3}', who, wordsOf(entry.operation), what, wordsOf(entry.code ?? ''));
  }
  switch (entry.operation) {
    case 'acquire_lock':
      return l10n.t('{0} locked {1}', who, what);
    case 'release_lock':
      return l10n.t('{0} released {1}', who, what);
    case 'extend_lock':
      return l10n.t('{0} keeps {1} longer', who, what);
    case 'force_release_lock':
      return l10n.t('{0} released {1} by force', who, what);
    case 'register_session':
      return l10n.t('{0} joined', factOf(entry, 'agent_id') ?? who);
    case 'end_session':
      return l10n.t('{0} left', factOf(entry, 'agent_id') ?? who);
    case 'decide_approval':
      return factOf(entry, 'decision') === 'denied'
        ? l10n.t('{0} denied a request of {1}', who, factOf(entry, 'requester_agent') ?? '')
        : l10n.t('{0} approved a request of {1}', who, factOf(entry, 'requester_agent') ?? '');
    case 'request_approval':
      return l10n.t('{0} asked for approval', who);
    case 'expire_approval':
      return l10n.t('Nobody decided a request of {0} in time', onOneLine(entry.agent_id ?? ''));
    case 'cancel_approval':
      return l10n.t('A request of {0} was withdrawn', onOneLine(entry.agent_id ?? ''));
    case 'configure_project':
      return l10n.t('{0} changed settings', who);
    case 'enroll_operator':
      return l10n.t('An operator was enrolled');
    default:
      return `${who}: ${wordsOf(entry.operation)} ${what}`.trim();
  }
}

function denial(entry: AuditEntry, who: string, what: string): string {
  const effect = effectOf(entry);
  if (entry.code === 'approval_pending')
    return l10n.t('{0} has to wait for approval: {1}', who, effect ?? what);
  if (entry.code === 'approval_denied') return l10n.t('{0} may not: {1}', who, effect ?? what);
  if (entry.code === 'approval_expired') return l10n.t('{0} got no answer: {1}', who, effect ?? what);
  if (entry.code === 'locked_by_other') return l10n.t('{0} was kept out of {1}', who, what);
  return l10n.t('{0} was stopped: {1}', who, effect ?? `${wordsOf(entry.operation)} ${what}`);
}

/** What the first finding of the guard said that the call would do. */
function effectOf(entry: AuditEntry): string | undefined {
  for (const finding of entry.findings) {
    if (
      typeof finding === 'object' &&
      finding !== null &&
      'effect' in finding &&
      typeof finding.effect === 'string'
    )
      return shortened(onOneLine(finding.effect), 120);
  }
  return undefined;
}

function factOf(entry: AuditEntry, name: string): string | undefined {
  const value = entry.facts[name];
  return typeof value === 'string' ? onOneLine(value) : undefined;
}

function resourceOf({ resource }: AuditEntry): string {
  return resource === null ? '' : shortened(onOneLine(resource.id), 80);
}

/** `force_release_lock` as words. Names of operations are public and the same in every language. */
function wordsOf(name: string): string {
  return name.replaceAll('_', ' ');
}
