import * as l10n from '@vscode/l10n';
import type { Approval } from '../extension/project-state.ts';
import { countdown } from './durations.ts';
import { onOneLine, shortened } from './shown-text.ts';

/** Long enough for most commands, short enough for a row, a notification and a title. */
const titleLength = 120;

/** What would be done, on one line, in the agent's own words: the command, or what would happen to which files. */
export function whatIsAsked(approval: Approval, most = titleLength): string {
  const { summary, operation, resource } = approval;
  const said =
    summary?.command?.text ?? filesIn(approval) ?? hostsIn(approval) ?? `${operation} ${resource.id}`;
  return shortened(onOneLine(said), most);
}

function filesIn({ summary }: Approval): string | undefined {
  const [first, ...more] = summary?.paths ?? [];
  if (!first) return undefined;
  const path = more.length === 0 ? first.path : l10n.t('{0} and {1} more', first.path, more.length);
  if (first.access === 'delete') return l10n.t('delete {0}', path);
  return first.access === 'write' ? l10n.t('edit {0}', path) : l10n.t('read {0}', path);
}

function hostsIn({ summary }: Approval): string | undefined {
  const hosts = summary?.domains ?? [];
  return hosts.length === 0 ? undefined : l10n.t('fetch from {0}', hosts.join(', '));
}

/** Why it is asked: what would happen, by the first rule that asks. The agent's own reason where no rule does. */
export function whyAsked({ asks, justification }: Approval): string | undefined {
  const [first, ...more] = asks;
  if (!first) return justification === null ? undefined : onOneLine(justification);
  const effect = onOneLine(first.effect);
  return more.length === 0 ? effect : l10n.t('{0} (and {1} more)', effect, more.length);
}

/** How long the agent's call waits for the answer, or else until when the request can be answered. */
export function timeLeft(approval: Approval, hookWaitSeconds: number, now: number): string {
  const waitsUntil = new Date(Date.parse(approval.requested_at) + hookWaitSeconds * 1000).toISOString();
  if (isWaiting(approval, hookWaitSeconds, now)) return l10n.t('waits {0}', countdown(waitsUntil, now));
  return l10n.t('expires in {0}', countdown(approval.expires_at, now));
}

/** A tool call of the agent stands still until the answer, or until its time is over. */
export function isWaiting(approval: Approval, hookWaitSeconds: number, now: number): boolean {
  return approval.filed_by === 'corridor' && now < Date.parse(approval.requested_at) + hookWaitSeconds * 1000;
}

/** Requests for the same thing, which one answer can serve. */
export function isSameRequest(one: Approval, other: Approval): boolean {
  return (
    one.operation === other.operation &&
    one.content_hash === other.content_hash &&
    one.resource.id === other.resource.id
  );
}
