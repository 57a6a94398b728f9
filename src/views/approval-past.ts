import * as l10n from '@vscode/l10n';
import type { Approval, AuditEntry, ProjectState } from '../extension/project-state.ts';
import { isNotable } from './activity-topics.ts';
import { teller } from './activity-words.ts';
import { whatIsAsked } from './approval-words.ts';
import { ago } from './durations.ts';
import type { PastEvent, Tone } from './page.ts';
import { onOneLine } from './shown-text.ts';

/** As much as a person reads before they decide. */
const most = 20;

/** What is on record of an agent. */
export interface Past {
  readonly approvals: readonly Approval[];
  readonly records: readonly AuditEntry[];
}

/** Operations that a request says better, since it knows what was decided and by whom. */
const toldByRequests = new Set(['request_approval', 'use_approval', 'expire_approval', 'cancel_approval']);

/** What an agent asked for, with the answers, and what else is notable of it, the newest first. */
export function pastEvents({ approvals, records }: Past, project: ProjectState, now: number): PastEvent[] {
  const tell = teller({ ...project, activity: records });
  const asked = approvals.map(approval => ({
    at: approval.requested_at,
    sentence: requestSentence(approval),
    tone: requestTone(approval),
  }));
  const did = records
    .filter(entry => isNotable(entry) && !toldByRequests.has(entry.operation) && !isAnswer(entry))
    .map(entry => ({ at: entry.recorded_at, sentence: tell(entry).sentence, tone: recordTone(entry) }));
  return [...asked, ...did]
    .sort((a, b) => b.at.localeCompare(a.at))
    .slice(0, most)
    .map(({ at, sentence, tone }) => ({ sentence, tone, when: ago(at, now) }));
}

/** A call that was stopped by what a person said, or had not said yet. */
function isAnswer({ code }: AuditEntry): boolean {
  return code?.startsWith('approval_') ?? false;
}

function recordTone({ outcome }: AuditEntry): Tone {
  return outcome === 'denied' ? 'refused' : 'plain';
}

function requestSentence(approval: Approval): string {
  const { status, decided } = approval;
  const what = whatIsAsked(approval, 80);
  if (decided && status === 'denied') {
    return decided.reason
      ? l10n.t('Asked: {0}. {1} denied it: {2}', what, decided.by, onOneLine(decided.reason))
      : l10n.t('Asked: {0}. {1} denied it', what, decided.by);
  }
  if (decided) return l10n.t('Asked: {0}. {1} approved it', what, decided.by);
  if (status === 'expired') return l10n.t('Asked: {0}. Nobody answered', what);
  if (status === 'cancelled') return l10n.t('Asked: {0}, and withdrew it', what);
  return l10n.t('Asks: {0}', what);
}

function requestTone({ status, decided }: Approval): Tone {
  if (status === 'pending') return 'asking';
  if (status === 'denied') return 'refused';
  return decided ? 'clear' : 'plain';
}
