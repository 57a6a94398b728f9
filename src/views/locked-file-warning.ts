import { commands, l10n, type TextDocument, TextEditorSelectionChangeKind, window, workspace } from 'vscode';
import { commands as ids } from '../extension/ids.ts';
import type { Lock } from '../extension/project-state.ts';
import type { Services } from '../extension/services.ts';
import { whoHolds } from './lock-words.ts';
import { lockedFiles } from './locked-files.ts';

/** A key press changes the text and moves the cursor within this time, in milliseconds. */
const typingMs = 200;

/** Tells a person who begins to type into a file that an agent holds, once for each file and holder. */
export function registerLockedFileWarning({ model, context, log }: Services): void {
  const warned = new Set<string>();

  function consider(document: TextDocument): void {
    if (document.uri.scheme !== 'file' || !document.isDirty) return;
    const [lock] = lockedFiles(model.state).locksOf(document.uri.fsPath);
    if (!lock || isPersons(lock)) return;
    const once = `${document.uri.toString()} ${lock.session_id} ${lock.fence}`;
    if (warned.has(once)) return;
    warned.add(once);
    warn(document, lock).catch(error => log.warn(error));
  }

  /** An agent of the editor edits documents too; only who presses keys is warned. */
  let changed: { readonly document: TextDocument; readonly at: number } | undefined;
  context.subscriptions.push(
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) changed = { document, at: Date.now() };
    }),
    window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
      if (kind !== TextEditorSelectionChangeKind.Keyboard || changed?.document !== textEditor.document)
        return;
      if (Date.now() - changed.at < typingMs) consider(textEditor.document);
    }),
  );
}

/** A person's unsaved changes are a lock too; whoever types knows of their own. */
function isPersons({ mode }: Lock): boolean {
  return mode === 'unsaved';
}

async function warn({ fileName }: TextDocument, lock: Lock): Promise<void> {
  const show = l10n.t('Show Lock');
  const answer = await window.showWarningMessage(
    l10n.t(
      '{0}. Your changes may collide with its work in {1}.',
      whoHolds(lock, Date.now()),
      workspace.asRelativePath(fileName),
    ),
    show,
  );
  if (answer === show) await commands.executeCommand(ids.showLocks);
}
