import { l10n, type QuickPickItem, window } from 'vscode';
import { themeIcon } from '../../views/tree.ts';
import { taskIcon, taskTitle } from '../../views/work-words.ts';
import { commands as ids } from '../ids.ts';
import type { Task, Work } from '../project-state.ts';
import type { Services } from '../services.ts';
import { chooseProject } from './choose-project.ts';
import { choosePriority } from './work.ts';

/** As submit_work accepts it. */
const longestDescription = 20_000;
const longestType = 100;
const usualPriority = 5;
const usualTypes = ['implement', 'test', 'review', 'document', 'investigate'];

/** A task from a person to the agents: what kind of work, what to do, how urgent, after what. */
export function addWorkCommands(services: Services) {
  async function add(): Promise<void> {
    const project = await chooseProject(services.model, l10n.t('Add Work'));
    if (!project) return;
    const { work } = project.state;
    const title = (step: number) => l10n.t('Add Work ({0}/4)', step);
    const task_type = await chooseType(title(1), work);
    if (task_type === undefined) return;
    const description = await window.showInputBox({
      title: title(2),
      prompt: l10n.t('What is to be done, for an agent that knows nothing but this.'),
      ignoreFocusOut: true,
      validateInput: descriptionProblem,
    });
    if (description === undefined) return;
    const priority = await choosePriority(title(3), usualPriority);
    if (priority === undefined) return;
    const depends_on = await chooseDependencies(title(4), work.open);
    if (depends_on === undefined) return;
    await project.api.call('submit_work', { task_type, description, priority, depends_on });
  }

  return { [ids.addWork]: add };
}

function descriptionProblem(text: string): string | undefined {
  if (text.trim() === '') return l10n.t('Say what is to be done.');
  return text.trim().length > longestDescription ? l10n.t('At most 20,000 characters.') : undefined;
}

/** One of the kinds that the queue knows, or another one that the person types. */
function chooseType(title: string, { open, ended }: Work): Promise<string | undefined> {
  const known = [...new Set([...[...open, ...ended].map(task => task.task_type), ...usualTypes])];
  const pick = window.createQuickPick();
  pick.title = title;
  pick.placeholder = l10n.t('What kind of work? Choose one, or type your own');
  const offer = () => {
    const typed = pick.value.trim().slice(0, longestType);
    const items = known.map((label): QuickPickItem => ({ label }));
    pick.items =
      typed === '' || known.includes(typed) ? items : [...items, { label: typed, alwaysShow: true }];
  };
  offer();
  pick.onDidChangeValue(offer);
  return new Promise(resolve => {
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]?.label);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

interface TaskItem extends QuickPickItem {
  readonly task_id: string;
}

/** Empty where nothing has to be done before; undefined where the person thinks again. */
async function chooseDependencies(title: string, open: readonly Task[]): Promise<string[] | undefined> {
  if (open.length === 0) return [];
  const items = open.map(
    (task): TaskItem => ({
      task_id: task.task_id,
      label: taskTitle(task),
      description: `#${task.number} · ${task.task_type}`,
      iconPath: themeIcon(taskIcon(task)),
    }),
  );
  const chosen = await window.showQuickPick(items, {
    title,
    canPickMany: true,
    matchOnDescription: true,
    placeHolder: l10n.t('What has to be done before? Nothing chosen: it can begin at once'),
  });
  return chosen?.map(({ task_id }) => task_id);
}
