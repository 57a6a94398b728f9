import * as l10n from '@vscode/l10n';
import { colors, commands, rowKinds } from '../extension/ids.ts';
import type { Policy, ProjectState } from '../extension/project-state.ts';
import { ago, moment } from './durations.ts';
import { facts, type Row } from './row.ts';
import { onOneLine } from './shown-text.ts';

export interface PolicySubject {
  readonly folder: string;
  readonly policyName: string;
  /** Undefined for one that every project has. */
  readonly policy?: Policy;
}

/** The policies of a project, and below them those that every project has; nothing before they are read. */
export function policiesRow(project: ProjectState, now: number): Row<PolicySubject> | undefined {
  const { folder, policies } = project;
  if (policies.builtin.length === 0) return undefined;
  const own = policies.policies.filter(({ action }) => action !== 'deleted');
  const count = own.length === 1 ? l10n.t('1 policy') : l10n.t('{0} policies', own.length);
  return {
    id: `policies ${folder}`,
    label: l10n.t('Policies'),
    description: policies.in_force
      ? count
      : l10n.t('{0} · not in force: the setting interlock.policy.engine is native', count),
    children: [
      ...own.map(policy => policyRow(project, policy, now)),
      {
        id: `builtin policies ${folder}`,
        label: l10n.t('Built in'),
        description: String(policies.builtin.length),
        children: policies.builtin.map(({ name }) => builtinRow(project, name)),
        folded: true,
      },
    ],
  };
}

function policyRow({ folder, policies }: ProjectState, policy: Policy, now: number): Row<PolicySubject> {
  const { name, version, enabled, author, made_at, reason } = policy;
  const said = [
    enabled ? undefined : l10n.t('switched off'),
    l10n.t('version {0}', version),
    onOneLine(author),
    ago(made_at, now),
  ].filter(part => part !== undefined);
  return {
    id: `policy ${folder} ${name}`,
    label: name,
    description: said.join(' · '),
    spoken: `${name}, ${said.join(', ')}`,
    icon: enabled && policies.in_force ? { name: 'law', color: colors.clear } : { name: 'law' },
    tooltip: {
      title: name,
      code: policy.text.trim(),
      facts: facts(
        [l10n.t('Version'), String(version)],
        [l10n.t('By'), onOneLine(author)],
        [l10n.t('Changed'), moment(made_at, now)],
        [l10n.t('Reason'), onOneLine(reason)],
      ),
    },
    kind: enabled ? rowKinds.policy : rowKinds.policyOff,
    click: { command: commands.editPolicy, title: l10n.t('Edit') },
    subject: { folder, policyName: name, policy },
  };
}

function builtinRow({ folder }: ProjectState, name: string): Row<PolicySubject> {
  return {
    id: `builtin policy ${folder} ${name}`,
    label: name,
    icon: { name: 'law' },
    kind: rowKinds.builtinPolicy,
    click: { command: commands.editPolicy, title: l10n.t('Show') },
    subject: { folder, policyName: name },
  };
}
