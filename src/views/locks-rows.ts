import * as l10n from '@vscode/l10n';
import { colors, commands, rowKinds } from '../extension/ids.ts';
import type { Lock, ProjectState, Waiter } from '../extension/project-state.ts';
import { projectsOf, type WindowState } from '../extension/window-state.ts';
import { ago, countdown, moment } from './durations.ts';
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
    const grouped = project.locks.map(lock => ({ lock, group: groupOf(lock, grouping) }));
    return [...new Set(grouped.map(({ group }) => group.id))]
      .map(id => grouped.filter(({ group }) => group.id === id))
      .map(members => groupRow(project, grouping, members, now))
      .sort((a, b) => a.label.localeCompare(b.label));
  });
}

interface Group {
  readonly id: string;
  readonly label: string;
  readonly icon: Icon;
}

interface Member {
  readonly lock: Lock;
  readonly group: Group;
}

function groupRow(
  project: ProjectState,
  grouping: LockGrouping,
  members: readonly Member[],
  now: number,
): Row<LockSubject> {
  const [{ group }] = members as readonly [Member, ...Member[]];
  return {
    id: `locks ${project.folder} ${group.id}`,
    label: group.label,
    description: String(members.length),
    icon: group.icon,
    children: members
      .map(({ lock }) => lockRow(project, lock, now, { isBelowHolder: grouping === 'agent' }))
      .sort((a, b) => a.label.localeCompare(b.label)),
  };
}

function groupOf(lock: Lock, grouping: LockGrouping): Group {
  if (grouping === 'agent') {
    const icon = lock.mode === 'unsaved' ? 'person' : lock.mode === 'branch' ? 'git-branch' : 'account';
    return { id: `agent ${lock.session_id}`, label: onOneLine(lock.locked_by), icon: { name: icon } };
  }
  if (lock.kind === 'key') return { id: 'keys', label: l10n.t('Logical keys'), icon: { name: 'key' } };
  const folder = lock.file_path.slice(0, Math.max(0, lock.file_path.lastIndexOf('/')));
  const label = folder === '' ? l10n.t('Repository root') : onOneLine(folder);
  return { id: `folder ${folder}`, label, icon: { name: 'folder' } };
}

/** One lock: the file, then who holds it and for how long, then why; below it who waits for it. */
export function lockRow(
  project: ProjectState,
  lock: Lock,
  now: number,
  { isBelowHolder }: { readonly isBelowHolder: boolean },
): Row<LockSubject> {
  const left = l10n.t('{0} left', countdown(lock.expires_at, now));
  const said = [
    isBelowHolder ? undefined : onOneLine(lock.locked_by),
    lock.mode === 'exclusive' ? undefined : modeWord(lock),
    // A person's unsaved file is held until it is saved, whatever the lease says.
    lock.mode === 'unsaved' ? undefined : left,
    lock.lock_reason ? shortened(onOneLine(lock.lock_reason), 60) : undefined,
  ].filter(part => part !== undefined);
  const waiters = project.waiting.filter(waiter => waiter.file_path === lock.file_path);
  return {
    id: `lock ${lock.session_id} ${lock.fence} ${lock.file_path}`,
    label: lock.kind === 'file' ? nameOf(lock.file_path) : onOneLine(lock.file_path),
    description: said.join(' · '),
    spoken: l10n.t(
      '{0}, held by {1}, {2}',
      onOneLine(lock.file_path),
      onOneLine(lock.locked_by),
      said.join(', '),
    ),
    icon: iconOf(lock),
    tooltip: {
      title: onOneLine(lock.file_path),
      ...(lock.lock_reason ? { text: onOneLine(lock.lock_reason) } : {}),
      facts: facts(
        [l10n.t('Held by'), `${onOneLine(lock.locked_by)} (${onOneLine(lock.agent_type)})`],
        [l10n.t('Mode'), modeWord(lock)],
        [l10n.t('Taken'), takenWord(lock)],
        [l10n.t('Holds'), placeWord(lock)],
        [l10n.t('Branch'), lock.branch && onOneLine(lock.branch)],
        [l10n.t('Since'), moment(lock.locked_at, now)],
        [l10n.t('Until'), moment(lock.expires_at, now)],
        [l10n.t('Fence'), lock.mode === 'branch' ? null : String(lock.fence)],
      ),
    },
    kind: kindOf(lock),
    ...(lock.kind === 'file' ? { click: { command: commands.revealFile, title: l10n.t('Open') } } : {}),
    subject: { folder: project.folder, lock },
    ...(waiters.length > 0 ? { children: waiters.map(waiter => waiterRow(waiter, now)) } : {}),
  };
}

function waiterRow(waiter: Waiter, now: number): Row<LockSubject> {
  return {
    id: `waiter ${waiter.session_id} ${waiter.file_path}`,
    label: l10n.t('{0} waits', onOneLine(waiter.agent_id)),
    description: ago(waiter.waits_since, now),
    icon: { name: 'watch' },
  };
}

function kindOf({ kind, agent_type }: Lock) {
  if (kind !== 'file') return rowKinds.lock;
  return agent_type === 'github_label' ? rowKinds.gitHubLock : rowKinds.fileLock;
}

function iconOf({ kind, mode }: Lock): Icon {
  if (mode === 'unsaved') return { name: 'edit' };
  if (mode === 'branch') return { name: 'git-branch' };
  const color = mode === 'shared' ? colors.shared : colors.held;
  return { name: kind === 'key' ? 'key' : 'lock', color };
}

function takenWord({ mode, automatic }: Lock): string {
  if (mode === 'branch') return l10n.t('by commits that are not merged');
  return automatic ? l10n.t('by a first write') : l10n.t('by name');
}

function placeWord({ mode, worktree }: Lock): string {
  if (mode === 'branch') return l10n.t('as advice: it collides only in a merge');
  return worktree === null ? l10n.t('everywhere') : onOneLine(worktree);
}

function modeWord({ mode }: Lock): string {
  switch (mode) {
    case 'exclusive':
      return l10n.t('exclusive');
    case 'shared':
      return l10n.t('shared');
    case 'unsaved':
      return l10n.t('unsaved changes');
    case 'branch':
      return l10n.t('on a branch');
  }
}

function nameOf(path: string): string {
  return onOneLine(path.slice(path.lastIndexOf('/') + 1));
}
