import * as l10n from '@vscode/l10n';
import { colors, rowKinds } from '../extension/ids.ts';
import type { NetworkRule, ProjectState } from '../extension/project-state.ts';
import { projectsOf, type WindowState } from '../extension/window-state.ts';
import { moment } from './durations.ts';
import { type GrantSubject, grantRow } from './grant-row.ts';
import { type GuardrailSubject, guardrailsRow } from './guardrail-rows.ts';
import { type PolicySubject, policiesRow } from './policy-rows.ts';
import { type AssignmentSubject, type ProfileSubject, profileRow } from './profile-rows.ts';
import { type HookSubject, protectionRow } from './protection-rows.ts';
import { facts, type Row } from './row.ts';
import { onOneLine } from './shown-text.ts';

export interface NetworkRuleSubject {
  readonly folder: string;
  readonly networkRule: NetworkRule;
}

/** What the commands of the view act on. */
export type PoliciesSubject =
  | PolicySubject
  | HookSubject
  | GrantSubject
  | GuardrailSubject
  | NetworkRuleSubject
  | ProfileSubject
  | AssignmentSubject;

/** What decides about agents, and where it holds: what they are allowed, and where they may go. */
export function policyRows(state: WindowState, now: number): readonly Row<PoliciesSubject>[] {
  return projectsOf(state).flatMap(project => [
    ...(state.hookFiles ? [protectionRow(state, project, now)] : []),
    ...[policiesRow(project, now) ?? []].flat(),
    ...[guardrailsRow(project, now) ?? []].flat(),
    ...group(
      project,
      'profiles',
      l10n.t('Profiles'),
      project.profiles.map(profile => profileRow(project, profile, now)),
    ),
    ...group(
      project,
      'grants',
      l10n.t('Grants'),
      project.grants.map(grant => grantRow(project, grant, now, { isBelowHolder: false })),
    ),
    ...group(
      project,
      'network',
      l10n.t('Network'),
      project.networkRules.map(rule => networkRow(project, rule, now)),
    ),
  ]);
}

function group(
  { folder }: ProjectState,
  name: string,
  label: string,
  children: readonly Row<PoliciesSubject>[],
): readonly Row<PoliciesSubject>[] {
  if (children.length === 0) return [];
  const isShort = name !== 'network';
  return [
    { id: `${name} ${folder}`, label, description: String(children.length), children, folded: !isShort },
  ];
}

function networkRow({ folder }: ProjectState, rule: NetworkRule, now: number): Row<PoliciesSubject> {
  const isAllowed = rule.verdict === 'allow';
  const place = rule.port === null ? rule.domain : `${rule.domain}:${rule.port}`;
  const said = [
    isAllowed ? l10n.t('allowed') : l10n.t('forbidden'),
    rule.profile === null ? undefined : l10n.t('for {0}', onOneLine(rule.profile)),
    rule.everywhere ? l10n.t('in every project') : undefined,
  ].filter(part => part !== undefined);
  return {
    id: `network ${folder} ${rule.rule_id}`,
    label: onOneLine(place),
    description: said.join(' · '),
    spoken: `${onOneLine(place)}, ${said.join(', ')}`,
    icon: isAllowed
      ? { name: 'globe', color: colors.clear }
      : { name: 'circle-slash', color: colors.refused },
    tooltip: {
      title: onOneLine(place),
      text: onOneLine(rule.reason),
      facts: facts(
        [l10n.t('Verdict'), said[0]],
        [l10n.t('Profile'), rule.profile === null ? l10n.t('every one') : onOneLine(rule.profile)],
        [l10n.t('Priority'), String(rule.priority)],
        [l10n.t('Changed'), `${moment(rule.changed_at, now)}, ${onOneLine(rule.changed_by)}`],
      ),
    },
    kind: rowKinds.networkRule,
    subject: { folder, networkRule: rule },
  };
}
