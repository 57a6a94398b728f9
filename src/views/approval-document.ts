import * as l10n from '@vscode/l10n';
import type { Approval } from '../extension/project-state.ts';
import { whatIsAsked } from './approval-words.ts';
import { moment } from './durations.ts';
import { fenced } from './fenced.ts';
import { onOneLine, withItsLines } from './shown-text.ts';

/** A request in full, as a text to read before deciding. */
export function approvalDocument(approval: Approval, now: number): string {
  return [
    `# ${l10n.t('{0} asks for approval', onOneLine(approval.agent_id))}`,
    statusLine(approval, now),
    ...section(l10n.t('What would be done'), contentOf(approval)),
    ...section(l10n.t('Why you are asked'), approval.asks.map(askOf).join('\n\n')),
    ...section(l10n.t('What the agent says'), approval.justification && withItsLines(approval.justification)),
    ...section(l10n.t('Who and where'), peopleOf(approval, now)),
    ...section(l10n.t('What the approval is bound to'), boundTo(approval)),
    '',
  ].join('\n\n');
}

function section(title: string, text: string | null | undefined): readonly string[] {
  return text ? [`## ${title}`, text] : [];
}

function statusLine({ status, decided, expires_at, close_reason }: Approval, now: number): string {
  if (!decided) {
    if (status === 'pending') return l10n.t('Waits for an answer until {0}.', moment(expires_at, now));
    return close_reason ? `${statusWord(status)}: ${onOneLine(close_reason)}` : statusWord(status);
  }
  const answer = status === 'denied' ? l10n.t('Denied') : l10n.t('Approved');
  const by = l10n.t('{0} by {1}, {2}', answer, onOneLine(decided.by), moment(decided.at, now));
  const reason = decided.reason ? `: ${onOneLine(decided.reason)}` : '';
  return status === 'approved' || status === 'denied'
    ? `${by}${reason}`
    : `${by}${reason} (${statusWord(status)})`;
}

function statusWord(status: Approval['status']): string {
  switch (status) {
    case 'pending':
      return l10n.t('waiting');
    case 'approved':
      return l10n.t('approved');
    case 'denied':
      return l10n.t('denied');
    case 'consumed':
      return l10n.t('used');
    case 'expired':
      return l10n.t('not answered or not used in time');
    case 'cancelled':
      return l10n.t('withdrawn');
  }
}

function contentOf(approval: Approval): string {
  const { summary } = approval;
  if (summary === null) {
    return l10n.t('The content is shown to operators only. {0}', whatIsAsked(approval));
  }
  const { command, paths, domains, text, truncated } = summary;
  return [
    command && fenced(command.text),
    ...paths.map(({ path, access }) => `- ${access} ${onOneLine(path)}`),
    ...domains.map(domain => `- ${onOneLine(domain)}`),
    text && fenced(text),
    truncated && l10n.t('**Not everything is shown: it is too long.** The approval is bound to all of it.'),
  ]
    .filter(part => typeof part === 'string')
    .join('\n\n');
}

function askOf({ rule, effect, why, suggestion, matched_text }: Approval['asks'][number]): string {
  return [
    `**${onOneLine(effect)}** (${onOneLine(rule)})`,
    matched_text && `> ${onOneLine(matched_text)}`,
    why && onOneLine(why),
    suggestion && l10n.t('Safer: {0}', onOneLine(suggestion)),
  ]
    .filter(part => typeof part === 'string')
    .join('\n\n');
}

function peopleOf(approval: Approval, now: number): string {
  const { agent_id, agent_type, delegated_from, summary, requested_at, session_id } = approval;
  return [
    l10n.t('Agent: {0} ({1})', onOneLine(agent_id), onOneLine(agent_type)),
    delegated_from && l10n.t('Acts for: {0}', onOneLine(delegated_from)),
    summary?.command && l10n.t('Folder: {0}', onOneLine(summary.command.cwd)),
    l10n.t('Asked: {0}', moment(requested_at, now)),
    l10n.t('Session: {0}', session_id),
  ]
    .filter(part => typeof part === 'string')
    .map(line => `- ${line}`)
    .join('\n');
}

function boundTo({ operation, resource, content_hash, approval_id }: Approval): string {
  return [
    l10n.t('Operation: {0}', operation),
    l10n.t('Resource: {0}', `${resource.type} ${onOneLine(resource.id)}`),
    l10n.t('SHA-256 of the content: {0}', content_hash),
    l10n.t('Approval: {0}', approval_id),
  ]
    .map(line => `- ${line}`)
    .join('\n');
}
