import * as l10n from '@vscode/l10n';
import { branchOf, isPerson } from '../extension/project-state.ts';
import { projectsOf, troublesIn, type Unguarded, type WindowState } from '../extension/window-state.ts';
import { countApprovals } from './approvals-rows.ts';
import { hookTrouble } from './hook-words.ts';

/** What the status bar says at a glance. */
export interface Status {
  readonly text: string;
  readonly spoken: string;
  /** A person is needed, or protection is off; otherwise it stays quiet. */
  readonly urgency: 'none' | 'warning' | 'error';
  readonly lines: readonly string[];
}

export function statusOf(state: WindowState): Status {
  switch (state.link) {
    case 'noFolder':
      return quiet(l10n.t('Interlock: open a folder to coordinate agents in it'), '$(circle-outline)');
    case 'starting':
      return quiet(l10n.t('Interlock is starting'), '$(sync~spin)');
    case 'broken':
      return {
        text: l10n.t('$(error) Interlock is off'),
        spoken: l10n.t('Interlock is off'),
        urgency: 'error',
        lines: [state.trouble?.message, state.trouble?.next].filter(line => line !== undefined),
      };
    case 'connected':
      return connectedStatus(state);
  }
}

function quiet(spoken: string, text: string): Status {
  return { text, spoken, urgency: 'none', lines: [spoken] };
}

function connectedStatus(state: WindowState): Status {
  const asking = countApprovals(state);
  const projects = projectsOf(state);
  const agents = projects.reduce(
    (sum, project) =>
      sum + project.agents.filter(agent => !isPerson(agent) && branchOf(agent) === undefined).length,
    0,
  );
  const locks = projects.reduce((sum, project) => sum + project.locks.length, 0);
  const counts = [
    agents === 1 ? l10n.t('1 agent') : l10n.t('{0} agents', agents),
    locks === 1 ? l10n.t('1 lock') : l10n.t('{0} locks', locks),
  ];
  const warning = warningOf(state);
  const lines = [counts.join(' · '), ...(warning?.lines ?? [])];
  if (asking > 0) {
    const waiting = asking === 1 ? l10n.t('1 approval waits') : l10n.t('{0} approvals wait', asking);
    return {
      text: `$(bell-dot) ${waiting}`,
      spoken: waiting,
      urgency: 'warning',
      lines: [waiting, ...lines],
    };
  }
  if (warning) {
    return { text: warning.text, spoken: warning.lines.join(' '), urgency: 'warning', lines };
  }
  return {
    text: `$(lock) ${locks}  $(account) ${agents}`,
    spoken: l10n.t('Interlock: {0}', counts.join(', ')),
    urgency: 'none',
    lines,
  };
}

/** What does not work, or does not protect, although it looks as if it did. */
function warningOf(state: WindowState): Pick<Status, 'text' | 'lines'> | undefined {
  const broken = (state.hookFiles ?? []).flatMap(file => hookTrouble(file) ?? []);
  const lines = [
    ...(state.unguarded ? [unguardedWords(state.unguarded)] : []),
    ...broken,
    ...troublesIn(state).flatMap(({ message, next }) => [message, next]),
    ...(state.trouble ? [state.trouble.message] : []),
  ];
  if (lines.length === 0 && projectsOf(state).some(project => project.isStale))
    lines.push(l10n.t('Reconnecting to the coordinator'));
  if (lines.length === 0) return undefined;
  const text =
    state.unguarded || broken.length > 0
      ? l10n.t('$(warning) Interlock: not guarded')
      : l10n.t('$(warning) Interlock: in trouble');
  return { text, lines };
}

export function unguardedWords(unguarded: Unguarded): string {
  switch (unguarded) {
    case 'untrusted':
      return l10n.t(
        'In Restricted Mode the editor runs no hooks, so edits and commands of its agents are not checked.',
      );
    case 'chatHooksOff':
      return l10n.t(
        'The setting chat.useHooks is off, so edits and commands of the editor’s agents are not checked.',
      );
    case 'chatPluginsOff':
      return l10n.t(
        'The setting chat.plugins.enabled is off, so edits and commands of the editor’s agents are not checked.',
      );
    case 'switchedOff':
      return l10n.t(
        'The setting interlock.hooks.enabled is off, so edits and commands of the editor’s agents are not checked.',
      );
  }
}
