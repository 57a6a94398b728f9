import { EventEmitter, FileDecoration, l10n, ThemeColor, type Uri, window, workspace } from 'vscode';
import { colors, windowSettings } from '../extension/ids.ts';
import type { Lock } from '../extension/project-state.ts';
import type { Services } from '../extension/services.ts';
import { whoHolds } from './lock-words.ts';
import { type LockedFiles, lockedFiles } from './locked-files.ts';

/** Marks locked files in the explorer and on tabs. */
export function registerLockDecorations({ model, context }: Services): void {
  const changed = new EventEmitter<undefined>();
  let files = lockedFiles(model.state);
  let drawn = '';

  const redraw = () => {
    files = lockedFiles(model.state);
    const now = JSON.stringify(model.state.folders.map(({ locks, project }) => [project?.worktree, locks]));
    if (now === drawn) return;
    drawn = now;
    changed.fire(undefined);
  };

  context.subscriptions.push(
    changed,
    model.onChange(redraw),
    workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration(windowSettings.decorateLocks)) changed.fire(undefined);
    }),
    window.registerFileDecorationProvider({
      onDidChangeFileDecorations: changed.event,
      provideFileDecoration: uri => (isWanted() ? decorationOf(files, uri) : undefined),
    }),
  );
}

function isWanted(): boolean {
  return workspace.getConfiguration().get(windowSettings.decorateLocks, true);
}

function decorationOf(files: LockedFiles, uri: Uri): FileDecoration | undefined {
  if (uri.scheme !== 'file') return undefined;
  const locks = files.locksOf(uri.fsPath);
  const [first] = locks;
  if (!first) return undefined;
  const color = locks.every(({ mode }) => mode === 'shared') ? colors.shared : colors.held;
  return new FileDecoration(badgeOf(first), tooltipOf(locks), new ThemeColor(color));
}

/** The holder's first two letters, so that one sees whose it is: a badge has room for two. */
function badgeOf({ locked_by }: Lock): string {
  const letters = locked_by.replaceAll(/[^\p{L}\p{N}]/gu, '');
  return [...letters].slice(0, 2).join('').toUpperCase() || l10n.t('L');
}

function tooltipOf(locks: readonly Lock[]): string {
  return locks.map(lock => whoHolds(lock, Date.now())).join('\n');
}
