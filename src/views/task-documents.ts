import { EventEmitter, l10n, Uri, window, workspace } from 'vscode';
import { commands as ids, taskScheme } from '../extension/ids.ts';
import { registerCommand } from '../extension/register-command.ts';
import type { Services } from '../extension/services.ts';
import type { RowTree } from './tree.ts';
import type { TaskSubject } from './work-rows.ts';

/** Tasks with their results as read-only documents, which are true as long as they are open. */
export function registerTaskDocuments(services: Services, tree: RowTree<TaskSubject>): void {
  const { context, model } = services;
  const changed = new EventEmitter<Uri>();
  /** What was known of a task when its document was read last. */
  const shown = new Map<string, string>();

  const projectAt = (folder: string | null) => model.projects.find(({ state }) => state.folder === folder);

  function knownOf({ folder, id }: Reference): string {
    const { open = [], ended = [] } = projectAt(folder)?.state.work ?? {};
    return JSON.stringify([...open, ...ended].find(({ task_id }) => task_id === id));
  }

  async function read(uri: Uri): Promise<string> {
    const reference = referenceIn(uri);
    const { folder, id } = reference;
    const project = projectAt(folder);
    if (!project || id === null) return l10n.t('The project of this task is not open here any more.');
    shown.set(uri.toString(), knownOf(reference));
    const { taskDocument } = await import('../extension/on-demand.ts');
    return taskDocument(await project.api.call('get_task', { id }, { retry: true }), Date.now());
  }

  function follow(): void {
    for (const { uri } of workspace.textDocuments) {
      if (uri.scheme === taskScheme && shown.get(uri.toString()) !== knownOf(referenceIn(uri)))
        changed.fire(uri);
    }
  }

  context.subscriptions.push(
    changed,
    model.onChange(follow),
    workspace.registerTextDocumentContentProvider(taskScheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: read,
    }),
    registerCommand(services, ids.showTask, async argument => {
      const subject = tree.subjectOf(argument);
      if (subject) await window.showTextDocument(uriOf(subject), { preview: true });
    }),
  );
}

interface Reference {
  readonly folder: string | null;
  readonly id: string | null;
}

function uriOf({ folder, task_id, number }: TaskSubject): Uri {
  const query = new URLSearchParams({ folder, id: task_id }).toString();
  return Uri.from({ scheme: taskScheme, path: `/${l10n.t('Task {0}', number)}.md`, query });
}

function referenceIn(uri: Uri): Reference {
  const query = new URLSearchParams(uri.query);
  return { folder: query.get('folder'), id: query.get('id') };
}
