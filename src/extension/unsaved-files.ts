import { randomUUID } from 'node:crypto';
import { type TextDocument, workspace } from 'vscode';
import type { ProjectState } from './project-state.ts';
import { realFile } from './real-file.ts';
import type { Services } from './services.ts';

/** Typing is reported this long after a key, in milliseconds: soon for a person; an agent's own edit is saved by then. */
const gatherMs = 400;
/** A report holds for two minutes; it is made again well before. */
const repeatMs = 45_000;

/** Tells the coordinator which files have unsaved changes here, so that no agent overwrites them. */
export function registerUnsavedFiles({ context, model, operator, log }: Services): void {
  const window = randomUUID();
  const reported = new Map<string, string>();
  let soon: NodeJS.Timeout | undefined;

  async function report(repeat: boolean): Promise<void> {
    if (operator.standing.is !== 'operator') return;
    for (const { state, api } of model.projects) {
      const { folder, project } = state;
      if (!project) continue;
      const paths = unsavedBelow(state, project.worktree ?? folder);
      const key = JSON.stringify(paths);
      if (key === (reported.get(folder) ?? '[]') && !(repeat && paths.length > 0)) continue;
      await api.call('hold_unsaved_files', { paths, window }, { retry: true });
      reported.set(folder, key);
    }
  }

  const reportNow = (repeat: boolean) => {
    report(repeat).catch(error => log.warn(error));
  };
  const reportSoon = (document: TextDocument) => {
    if (document.uri.scheme !== 'file') return;
    clearTimeout(soon);
    soon = setTimeout(() => reportNow(false), gatherMs);
  };
  const repeating = setInterval(() => reportNow(true), repeatMs);
  context.subscriptions.push(
    workspace.onDidChangeTextDocument(({ document }) => reportSoon(document)),
    workspace.onDidSaveTextDocument(reportSoon),
    workspace.onDidCloseTextDocument(reportSoon),
    operator.onChange(() => reportNow(false)),
    {
      dispose() {
        clearTimeout(soon);
        clearInterval(repeating);
      },
    },
  );
}

function unsavedBelow(state: ProjectState, worktree: string): string[] {
  return workspace.textDocuments
    .filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file')
    .map(({ uri }) => realFile(state, uri.fsPath))
    .filter(file => isBelow(file, worktree))
    .sort();
}

function isBelow(file: string, folder: string): boolean {
  return file.startsWith(folder) && /[\\/]/.test(file.charAt(folder.length));
}
