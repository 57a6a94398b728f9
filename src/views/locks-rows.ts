import * as l10n from '@vscode/l10n';
import { colors, commands, rowKinds } from '../extension/ids.ts';
import type { Lock, ProjectState } from '../extension/project-state.ts';
import { projectsOf, type WindowState } from '../extension/window-state.ts';
import { countdown, moment } from './durations.ts';
import { facts, type Icon, type Row } from './row.ts';
import { onOneLine, shortened } from './shown-text.ts';

export interface LockSubject {
  readonly folder: string;
  readonly lock: Lock;
}

export type LockGrouping = 'folder' | 'agent';

/** Who holds what, by the folder in which it lies or by who holds it. */
export function lockRows(
  state: WindowState,
  grouping: LockGrouping,
  now: number,
): readonly Row<LockSubject>[] {
  return projectsOf(state).flatMap(project => {
    const named = project.locks.map(lock => ({
      lock,
      group: grouping === 'agent' ? agentGroup(lock) : folderGroup(lock),
    }));
    const ids = [...new Set(named.map(({ group }) => group.id))];
    return ids
      .map(id =>
        groupRow(
          project,
          named.filter(({ group }) => group.id === id),
          now,
        ),
      )
      .sort((a, b) => a.label.localeCompare(b.label));
  });
}

interface Group {
  readonly id: string;
  readonly label: string;
  readonly icon: Icon;
}

interface GroupedLock {
  readonly lock: Lock;
  readonly group: Group;
}

function groupRow(project: ProjectState, locks: readonly GroupedLock[], now: number): Row<LockSubject> {
  const [first] = locks as readonly [GroupedLock, ...GroupedLock[]];
  return {
    id: `locks ${first.group.id}`,
    label: first.group.label,
    description: String(locks.length),
    icon: first.group.icon,
    children: locks
      .map(({ lock }) => lockRow(project, lock, now))
      .sort((a, b) => a.label.localeCompare(b.label)),
  };
}

function agentGroup(lock: Lock): Group {
  return { id: `agent ${lock.session_id}`, label: onOneLine(lock.locked_by), icon: { name: 'account' } };
}

function folderGroup(lock: Lock): Group {
  if (lock.kind === 'key') return { id: 'keys', label: l10n.t('Logical keys'), icon: { name: 'key' } };
  const folder = folderOf(lock.file_path);
  return { id: `folder ${folder}`, label: folder || l10n.t('(repository root)'), icon: { name: 'folder' } };
}

/** One lock: the file, then who holds it and for how long, then why. */
export function lockRow(project: ProjectState, lock: Lock, now: number): Row<LockSubject> {
  const left = l10n.t('{0} left', countdown(lock.expires_at, now));
  const reason = lock.lock_reason ? shortened(onOneLine(lock.lock_reason), 60) : undefined;
  const shared = lock.mode === 'shared' ? l10n.t('shared') : undefined;
  const description = [onOneLine(lock.locked_by), shared, left, reason]
    .filter(part => part !== undefined)
    .join(' · ');
  return {
    id: `lock ${lock.session_id} ${lock.file_path}`,
    label: lock.kind === 'file' ? nameOf(lock.file_path) : onOneLine(lock.file_path),
    description,
    spoken: l10n.t('{0}, held by {1}', onOneLine(lock.file_path), description),
    icon: {
      name: lock.kind === 'key' ? 'key' : 'lock',
      color: lock.mode === 'shared' ? colors.shared : colors.held,
    },
    tooltip: {
      title: onOneLine(lock.file_path),
      ...(lock.lock_reason ? { text: onOneLine(lock.lock_reason) } : {}),
      facts: facts(
        [l10n.t('Held by'), `${onOneLine(lock.locked_by)} (${onOneLine(lock.agent_type)})`],
        [l10n.t('Mode'), lock.mode === 'shared' ? l10n.t('shared') : l10n.t('exclusive')],
        [l10n.t('Holds in'), lock.worktree === null ? l10n.t('the whole project') : onOneLine(lock.worktree)],
        [l10n.t('Since'), moment(lock.locked_at, now)],
        [l10n.t('Until'), moment(lock.expires_at, now)],
        [l10n.t('Fence'), String(lock.fence)],
      ),
    },
    kind: lock.kind === 'file' ? rowKinds.fileLock : rowKinds.lock,
    ...(lock.kind === 'file' ? { click: { command: commands.revealFile, title: l10n.t('Open') } } : {}),
    subject: { folder: project.folder, lock },
  };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function nameOf(path: string): string {
  return onOneLine(path.slice(path.lastIndexOf('/') + 1));
}
