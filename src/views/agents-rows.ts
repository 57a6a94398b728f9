import * as l10n from '@vscode/l10n';
import { colors, type RowKind, rowKinds } from '../extension/ids.ts';
import {
  type Agent,
  branchOf,
  type Grant,
  isPerson,
  type Lock,
  type ProjectState,
  type Task,
} from '../extension/project-state.ts';
import { projectsOf, type WindowState } from '../extension/window-state.ts';
import { ago, countdown, moment } from './durations.ts';
import { type GitHubSubject, gitHubRow } from './github-rows.ts';
import { type GrantSubject, grantRow } from './grant-row.ts';
import { type LockSubject, lockRow } from './locks-rows.ts';
import { facts, type Icon, type Row } from './row.ts';
import { onOneLine, shortened } from './shown-text.ts';
import { trustWord } from './trust-word.ts';
import { taskIcon, taskTitle } from './work-words.ts';

export interface AgentSubject {
  readonly folder: string;
  readonly agent: Agent;
}

/** What the commands of the view act on. */
export type AgentsSubject = AgentSubject | LockSubject | GrantSubject | GitHubSubject;

/** Who works here, the most recently seen first, with what each holds and is allowed, and how it stands to GitHub. */
export function agentRows(state: WindowState, now: number): readonly Row<AgentsSubject>[] {
  return projectsOf(state).flatMap(project => [
    ...project.agents.map(agent => branchRow(project, agent, now) ?? agentRow(project, agent, now)),
    ...[gitHubRow(project, now) ?? []].flat(),
  ]);
}

/** A branch on which an agent works, somewhere: what it changes is below it. */
function branchRow(project: ProjectState, agent: Agent, now: number): Row<AgentsSubject> | undefined {
  const branch = branchOf(agent);
  if (branch === undefined) return undefined;
  const locks = project.locks.filter(lock => lock.session_id === agent.session_id);
  const until = locks[0]?.expires_at;
  const worktree = locks[0]?.worktree;
  const said = [
    onOneLine(branch),
    locks.length === 1 ? l10n.t('1 file') : l10n.t('{0} files', locks.length),
    ...(until === undefined ? [] : [l10n.t('{0} left', countdown(until, now))]),
  ];
  return {
    id: `agent ${agent.session_id}`,
    label: onOneLine(agent.agent_id),
    description: said.join(' · '),
    spoken: l10n.t('Branch of {0}, {1}', onOneLine(agent.agent_id), said.join(', ')),
    icon: { name: 'git-branch' },
    tooltip: {
      title: onOneLine(branch),
      text: l10n.t(
        'Whoever is about to change one of its files is told, until it is merged, deleted or at rest.',
      ),
      facts: facts(
        [l10n.t('Agent'), onOneLine(agent.agent_id)],
        [l10n.t('Worktree'), worktree && onOneLine(worktree)],
        [l10n.t('Machine'), onOneLine(agent.machine)],
        [l10n.t('Since'), moment(agent.started_at, now)],
      ),
    },
    kind: rowKinds.branch,
    subject: { folder: project.folder, agent },
    ...(locks.length > 0
      ? { children: locks.map(lock => lockRow(project, lock, now, { isBelowHolder: true })), folded: true }
      : {}),
  };
}

function agentRow(project: ProjectState, agent: Agent, now: number): Row<AgentsSubject> {
  const locks = project.locks.filter(lock => lock.session_id === agent.session_id);
  const grants = project.grants.filter(grant => grant.session_id === agent.session_id);
  const asking = project.approvals.filter(approval => approval.session_id === agent.session_id);
  const claimed = project.work.open.filter(task => task.session_id === agent.session_id);
  const said = [
    isSuspended(agent) ? l10n.t('suspended') : undefined,
    asking.length > 0 ? l10n.t('waits for you') : undefined,
    agent.current_task ? shortened(onOneLine(agent.current_task), 60) : onOneLine(agent.agent_type),
    locks.length > 0 ? countOfLocks(locks) : undefined,
    claimed.length > 0 ? countOfTasks(claimed) : undefined,
    grants.length > 0 ? countOfGrants(grants) : undefined,
    ago(agent.last_seen_at, now),
  ].filter(part => part !== undefined);
  const below: readonly Row<AgentsSubject>[] = [
    ...(isPerson(agent) ? [] : [standingRow(agent)]),
    ...claimed.map(task => claimRow(task, now)),
    ...locks.map(lock => lockRow(project, lock, now, { isBelowHolder: true })),
    ...grants.map(grant => grantRow(project, grant, now, { isBelowHolder: true })),
  ];
  return {
    id: `agent ${agent.session_id}`,
    label: onOneLine(agent.agent_id),
    description: said.join(' · '),
    spoken: l10n.t('Agent {0}, {1}. {2}', onOneLine(agent.agent_id), statusWord(agent), said.join(', ')),
    icon: asking.length > 0 ? { name: 'circle-filled', color: colors.asking } : statusIcon(agent),
    tooltip: {
      title: onOneLine(agent.agent_id),
      ...(agent.current_task ? { text: onOneLine(agent.current_task) } : {}),
      facts: facts(
        [l10n.t('Type'), onOneLine(agent.agent_type)],
        [l10n.t('Trust'), isPerson(agent) ? undefined : trustWord(agent.trust_level)],
        [l10n.t('Profile'), isPerson(agent) ? undefined : agent.profile],
        [l10n.t('Status'), statusWord(agent)],
        [l10n.t('Acts for'), agent.delegated_from && onOneLine(agent.delegated_from)],
        [l10n.t('Program'), agent.client && onOneLine(agent.client)],
        [l10n.t('Worktree'), agent.worktree && onOneLine(agent.worktree)],
        [l10n.t('Machine'), onOneLine(agent.machine)],
        [l10n.t('Since'), moment(agent.started_at, now)],
        [l10n.t('Last seen'), moment(agent.last_seen_at, now)],
        [l10n.t('Session'), agent.session_id],
      ),
    },
    kind: kindOf(agent),
    subject: { folder: project.folder, agent },
    ...(below.length > 0 ? { children: below, folded: true } : {}),
  };
}

/** What it is, and how far it is trusted. */
function standingRow(agent: Agent): Row<AgentsSubject> {
  const { session_id, trust_level, profile } = agent;
  return {
    id: `standing ${session_id}`,
    label: onOneLine(agent.agent_type),
    description: l10n.t('trust {0} · profile {1}', trustWord(trust_level), profile),
    icon: { name: 'shield' },
  };
}

/** What it works on. */
function claimRow(task: Task, now: number): Row<AgentsSubject> {
  return {
    id: `claim ${task.task_id}`,
    label: `#${task.number} ${taskTitle(task, 60)}`,
    ...(task.lease_until === null
      ? {}
      : { description: l10n.t('{0} left', countdown(task.lease_until, now)) }),
    icon: taskIcon(task),
  };
}

function countOfTasks(tasks: readonly Task[]): string {
  return tasks.length === 1 ? l10n.t('1 task') : l10n.t('{0} tasks', tasks.length);
}

function countOfLocks(locks: readonly Lock[]): string {
  return locks.length === 1 ? l10n.t('1 lock') : l10n.t('{0} locks', locks.length);
}

function countOfGrants(grants: readonly Grant[]): string {
  return grants.length === 1 ? l10n.t('1 grant') : l10n.t('{0} grants', grants.length);
}

function statusWord({ status }: Agent): string {
  switch (status) {
    case 'active':
      return l10n.t('active');
    case 'idle':
      return l10n.t('idle');
    case 'disconnected':
      return l10n.t('disconnected');
  }
}

function kindOf(agent: Agent): RowKind {
  if (isPerson(agent)) return rowKinds.person;
  return isSuspended(agent) ? rowKinds.suspendedAgent : rowKinds.agent;
}

function isSuspended(agent: Agent): boolean {
  return agent.trust_level === 0 && !isPerson(agent);
}

function statusIcon(agent: Agent): Icon {
  if (isPerson(agent)) return { name: 'person' };
  if (isSuspended(agent)) return { name: 'circle-slash', color: colors.refused };
  switch (agent.status) {
    case 'active':
      return { name: 'circle-filled', color: colors.clear };
    case 'idle':
      return { name: 'circle-outline', color: colors.clear };
    case 'disconnected':
      return { name: 'debug-disconnect' };
  }
}
