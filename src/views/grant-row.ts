import * as l10n from '@vscode/l10n';
import { rowKinds } from '../extension/ids.ts';
import type { Grant, ProjectState } from '../extension/project-state.ts';
import { ago, countdown, moment } from './durations.ts';
import { facts, type Row } from './row.ts';
import { onOneLine, shortened } from './shown-text.ts';

export interface GrantSubject {
  readonly folder: string;
  readonly grant: Grant;
}

/** What a session is allowed beyond one call: what for, for how long still, and whether it made use of it. */
export function grantRow(
  { folder }: ProjectState,
  grant: Grant,
  now: number,
  { isBelowHolder }: { readonly isBelowHolder: boolean },
): Row<GrantSubject> {
  const label = grantWords(grant);
  const said = [
    isBelowHolder ? undefined : onOneLine(grant.agent_id),
    l10n.t('allowed for {0}', countdown(grant.expires_at, now)),
    useWords(grant, now),
  ].filter(part => part !== undefined);
  return {
    id: `grant ${grant.grant_id} ${isBelowHolder}`,
    label,
    description: said.join(' · '),
    spoken: l10n.t('{0} {1}. {2}', onOneLine(grant.agent_id), label, said.join(', ')),
    icon: { name: 'key' },
    tooltip: {
      title: label,
      text: onOneLine(grant.justification),
      facts: facts(
        [l10n.t('Agent'), onOneLine(grant.agent_id)],
        [l10n.t('Operation'), grant.operation],
        [l10n.t('Rules'), grant.rules.map(onOneLine).join(', ')],
        [l10n.t('Holds for'), grant.scope === 'session' ? l10n.t('the session') : l10n.t('a time')],
        [l10n.t('Until'), moment(grant.expires_at, now)],
        [
          l10n.t('Given by'),
          grant.self_service ? l10n.t('itself, since it changes nothing') : onOneLine(grant.granted_by),
        ],
        [l10n.t('Given'), moment(grant.created_at, now)],
        [l10n.t('Reason'), grant.reason && onOneLine(grant.reason)],
        [l10n.t('Last used'), grant.last_used_at && moment(grant.last_used_at, now)],
        [l10n.t('Session'), grant.session_id],
      ),
    },
    kind: rowKinds.grant,
    subject: { folder, grant },
  };
}

/** What it lets pass: an operation, or what the rules that asked said would happen. */
export function grantWords({ covers, operation, justification, rules }: Grant): string {
  if (covers === 'operation') return operation.replaceAll('_', ' ');
  return shortened(onOneLine(justification === '' ? rules.join(', ') : justification), 80);
}

function useWords({ use_count, last_used_at }: Grant, now: number): string {
  if (last_used_at === null) return l10n.t('not used');
  return use_count === 1
    ? l10n.t('used {0}', ago(last_used_at, now))
    : l10n.t('used {0} times, last {1}', use_count, ago(last_used_at, now));
}
