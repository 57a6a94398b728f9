import { l10n, type QuickPickItem, window } from 'vscode';
import type { RowTree } from '../../views/tree.ts';
import type { TaskSubject } from '../../views/work-rows.ts';
import { taskTitle } from '../../views/work-words.ts';
import type { Api } from '../api.ts';
import { commands as ids } from '../ids.ts';
import type { Task } from '../project-state.ts';
import type { Services } from '../services.ts';

/** What a person can do about a task of the queue. */
export function workCommands(services: Services, tree: RowTree<TaskSubject>) {
  const { model } = services;

  /** Runs for a row of the view alone: what an agent passes to a command is none. */
  const onTask = (act: (api: Api, task: Task, subject: TaskSubject) => Promise<void>) => {
    return async (argument: unknown): Promise<void> => {
      const subject = tree.subjectOf(argument);
      const api = model.projects.find(({ state }) => state.folder === subject?.folder)?.api;
      if (subject?.task && api) await act(api, subject.task, subject);
    };
  };

  async function cancel(api: Api, task: Task): Promise<void> {
    const reason = await window.showInputBox({
      title: l10n.t('Cancel: {0}', taskTitle(task)),
      prompt:
        task.claimed_by === null
          ? l10n.t('What depends on it is cancelled too, or held. The reason goes on the record.')
          : l10n.t('{0} is at work on it: its result will be refused, with this reason.', task.claimed_by),
      placeHolder: l10n.t('Why it is not needed any more'),
      validateInput: reasonProblem,
    });
    if (reason !== undefined) await api.call('cancel_work', { id: task.task_id, reason });
  }

  async function reprioritise(api: Api, task: Task): Promise<void> {
    const priority = await choosePriority(l10n.t('Priority of: {0}', taskTitle(task)), task.priority);
    if (priority === undefined || priority === task.priority) return;
    await api.call('reprioritise_work', { id: task.task_id, priority });
  }

  async function release(api: Api, task: Task): Promise<void> {
    const { held } = task;
    if (!held) return;
    const [finding] = held.findings;
    const confirmed = l10n.t('Release');
    const answer = await window.showWarningMessage(
      l10n.t('Let task #{0} go on?', task.number),
      {
        modal: true,
        detail:
          held.reason === 'guardrail'
            ? l10n.t(
                'You answer for its text from now on. A guardrail found: {0}\n\n{1}',
                finding?.effect ?? '',
                finding?.matched_text ?? '',
              )
            : l10n.t('It goes on without the tasks that it depended on and that did not complete.'),
      },
      confirmed,
    );
    if (answer === confirmed) await api.call('release_work', { id: task.task_id });
  }

  return {
    [ids.cancelWork]: onTask(cancel),
    [ids.reprioritiseWork]: onTask(reprioritise),
    [ids.releaseWork]: onTask(release),
  };
}

function reasonProblem(text: string): string | undefined {
  if (text.trim() === '') return l10n.t('Say why.');
  return text.trim().length > 1000 ? l10n.t('At most 1,000 characters.') : undefined;
}

interface PriorityItem extends QuickPickItem {
  readonly priority: number;
}

/** One of the ten priorities; undefined where the person thinks again. */
export async function choosePriority(title: string, current: number): Promise<number | undefined> {
  const items = Array.from({ length: 10 }, (_, index): PriorityItem => {
    const priority = index + 1;
    return { priority, label: String(priority), description: priorityWord(priority, current) };
  });
  // The current one comes first, since Enter takes the first.
  const sorted = items.toSorted((a, b) => Number(b.priority === current) - Number(a.priority === current));
  return (await window.showQuickPick(sorted, { title, placeHolder: l10n.t('1 goes first, 10 last') }))
    ?.priority;
}

function priorityWord(priority: number, current: number): string {
  if (priority === current) return l10n.t('as it is');
  if (priority === 1) return l10n.t('goes first');
  return priority === 10 ? l10n.t('goes last') : '';
}
