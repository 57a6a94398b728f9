import * as l10n from '@vscode/l10n';
import { commands, rowKinds } from '../extension/ids.ts';
import type { Assignment, Profile, ProjectState } from '../extension/project-state.ts';
import { moment } from './durations.ts';
import { facts, type Row } from './row.ts';
import { onOneLine } from './shown-text.ts';
import { trustWord } from './trust-word.ts';

export interface ProfileSubject {
  readonly folder: string;
  readonly profile: Profile;
}

export interface AssignmentSubject {
  readonly folder: string;
  readonly assignment: Assignment;
}

/** A profile, with those below it who were given it. */
export function profileRow(
  project: ProjectState,
  profile: Profile,
  now: number,
): Row<ProfileSubject | AssignmentSubject> {
  const { folder, assignments, project: known } = project;
  const given = assignments.filter(assignment => assignment.profile === profile.name);
  const said = [
    profile.enabled ? undefined : l10n.t('switched off'),
    l10n.t('trust {0}', trustWord(profile.trust_level)),
    defaultWord(profile),
    limitWord(profile),
  ].filter(part => part !== undefined);
  return {
    id: `profile ${known?.project_id ?? folder} ${profile.name}`,
    label: profile.name,
    description: said.join(' · '),
    spoken: `${profile.name}, ${said.join(', ')}`,
    icon: { name: profile.trust_level === 0 ? 'circle-slash' : 'account' },
    tooltip: {
      title: profile.name,
      ...(profile.description === '' ? {} : { text: onOneLine(profile.description) }),
      facts: facts(
        [l10n.t('Trust'), trustWord(profile.trust_level)],
        [l10n.t('Allowed'), profile.allowed_operations.join(', ') || l10n.t('what its trust allows')],
        [l10n.t('Blocked'), profile.blocked_operations.join(', ')],
        [l10n.t('Open beyond its trust'), profile.elevated_operations.join(', ')],
        [l10n.t('Files of a session'), limit(profile.max_file_modifications)],
        [l10n.t('Calls an hour'), limit(profile.max_api_calls_per_hour)],
        [l10n.t('Seconds of work an hour'), limit(profile.max_execution_time_seconds)],
        [l10n.t('Version'), String(profile.version)],
        [l10n.t('Changed'), profile.changed_at && moment(profile.changed_at, now)],
        [l10n.t('By'), profile.changed_by && onOneLine(profile.changed_by)],
        [l10n.t('Reason'), profile.change_reason && onOneLine(profile.change_reason)],
      ),
    },
    kind: rowKinds.profile,
    click: { command: commands.editProfile, title: l10n.t('Edit') },
    subject: { folder, profile },
    ...(given.length > 0 ? { children: given.map(one => assignmentRow(project, one, now)) } : {}),
  };
}

function assignmentRow(
  { folder, agents }: ProjectState,
  assignment: Assignment,
  now: number,
): Row<AssignmentSubject> {
  const { agent_id, session_id, reason, assigned_by, assigned_at } = assignment;
  const session = agents.find(agent => agent.session_id === session_id);
  const label = agent_id ?? session?.agent_id ?? l10n.t('a session that has ended');
  return {
    id: `assignment ${folder} ${agent_id ?? session_id ?? ''}`,
    label: onOneLine(label),
    description: [agent_id === null ? l10n.t('this session') : undefined, onOneLine(reason)]
      .filter(part => part !== undefined)
      .join(' · '),
    icon: { name: 'person' },
    tooltip: {
      title: onOneLine(label),
      text: onOneLine(reason),
      facts: facts(
        [l10n.t('Given by'), onOneLine(assigned_by)],
        [l10n.t('Given'), moment(assigned_at, now)],
        [l10n.t('Session'), session_id],
      ),
    },
    kind: rowKinds.assignment,
    subject: { folder, assignment },
  };
}

function defaultWord({ is_default, agent_type }: Profile): string | undefined {
  if (!is_default) return undefined;
  return agent_type === null ? l10n.t('for everybody else') : l10n.t('for {0}', onOneLine(agent_type));
}

function limitWord({ max_file_modifications }: Profile): string | undefined {
  return max_file_modifications === null ? undefined : l10n.t('{0} files', max_file_modifications);
}

function limit(value: number | null): string {
  return value === null ? l10n.t('no limit') : String(value);
}
