import { l10n } from 'vscode';
import { views } from '../extension/ids.ts';
import type { Services } from '../extension/services.ts';
import { countHeld } from './held-work.ts';
import { createRowTree, type RowTree } from './tree.ts';
import type { TaskSubject } from './work-rows.ts';

const everyMs = 15_000;

/** The queue, with a badge for tasks that wait for a decision. */
export function createWorkView({ model, context }: Services): RowTree<TaskSubject> {
  const tree = createRowTree(
    views.work,
    async () => {
      const { workRows } = await import('../extension/on-demand.ts');
      return now => workRows(model.state, now);
    },
    everyMs,
  );
  const draw = () => {
    tree.draw();
    const held = countHeld(model.state);
    const tooltip = held === 1 ? l10n.t('1 task is held') : l10n.t('{0} tasks are held', held);
    tree.view.badge = held === 0 ? undefined : { value: held, tooltip };
  };
  context.subscriptions.push(tree, model.onChange(draw));
  draw();
  return tree;
}
