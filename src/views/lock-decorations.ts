import { EventEmitter, FileDecoration, l10n, ThemeColor, type Uri, window, workspace } from 'vscode';
import { colors, windowSettings } from '../extension/ids.ts';
import type { Lock } from '../extension/project-state.ts';
import type { Services } from '../extension/services.ts';
import { whoHolds } from './lock-words.ts';
import { lockedFiles } from './locked-files.ts';

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

  /** Whoever types sees the editor's own mark of unsaved changes, and needs no second one. */
  const isOwnTyping = ({ mode, locked_by }: Lock) => {
    const { standing } = model.state;
    return mode === 'unsaved' && standing.is === 'operator' && standing.name === locked_by;
  };
  const locksOn = (uri: Uri) =>
    uri.scheme === 'file' ? files.locksOf(uri.fsPath).filter(lock => !isOwnTyping(lock)) : [];

  context.subscriptions.push(
    changed,
    model.onChange(redraw),
    workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration(windowSettings.decorateLocks)) changed.fire(undefined);
    }),
    window.registerFileDecorationProvider({
      onDidChangeFileDecorations: changed.event,
      provideFileDecoration: uri => (isWanted() ? decorationOf(locksOn(uri)) : undefined),
    }),
  );
}

function isWanted(): boolean {
  return workspace.getConfiguration().get(windowSettings.decorateLocks, true);
}

function decorationOf(locks: readonly Lock[]): FileDecoration | undefined {
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
