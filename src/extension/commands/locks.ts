import path from 'node:path';
import { commands, l10n, Uri, window } from 'vscode';
import type { LockSubject } from '../../views/locks-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import { commands as ids, views } from '../ids.ts';
import type { Services } from '../services.ts';

/** Any view whose rows may be locks. */
type LockTree = Pick<RowTree<unknown>, 'subjectOf'>;

/** Going to a locked file, and ending a lock that its holder does not give back. */
export function lockCommands(services: Services, trees: readonly LockTree[]) {
  const { model } = services;
  const lockAt = (argument: unknown): LockSubject | undefined => {
    const subject = trees.map(tree => tree.subjectOf(argument)).find(found => found !== undefined);
    return isLockSubject(subject) ? subject : undefined;
  };

  async function reveal(argument: unknown): Promise<void> {
    const subject = lockAt(argument);
    const project = model.state.folders.find(({ folder }) => folder === subject?.folder)?.project;
    if (!subject || !project?.worktree) return;
    await window.showTextDocument(Uri.file(path.join(project.worktree, subject.lock.file_path)), {
      preview: true,
    });
  }

  async function forceRelease(argument: unknown): Promise<void> {
    const subject = lockAt(argument);
    const api = model.projects.find(({ state }) => state.folder === subject?.folder)?.api;
    if (!subject || !api) return;
    const { file_path, locked_by, session_id } = subject.lock;
    const reason = await window.showInputBox({
      title: l10n.t('Force-Release the Lock on {0}', file_path),
      prompt: l10n.t('{0} may be in the middle of a change. The reason goes on the record.', locked_by),
      placeHolder: l10n.t('Why it has to end now'),
      validateInput: text => (text.trim() === '' ? l10n.t('Say why.') : undefined),
    });
    if (reason === undefined) return;
    await api.call('force_release_lock', { file_path, session_id, reason });
  }

  return {
    [ids.revealFile]: reveal,
    [ids.forceReleaseLock]: forceRelease,
    [ids.showLocks]: () => commands.executeCommand(`${views.locks}.focus`),
  };
}

function isLockSubject(subject: unknown): subject is LockSubject {
  return typeof subject === 'object' && subject !== null && 'lock' in subject;
}
