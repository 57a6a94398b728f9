import { l10n } from 'vscode';
import { views } from '../extension/ids.ts';
import type { Services } from '../extension/services.ts';
import { type ApprovalSubject, countApprovals } from './approvals-rows.ts';
import { createRowTree, type RowTree } from './tree.ts';

/** Countdowns in seconds are shown, so every second counts. */
const everyMs = 1_000;

/** What waits for a person, with a badge on the container. */
export function createApprovalsView({ model, context }: Services): RowTree<ApprovalSubject> {
  const tree = createRowTree(
    views.approvals,
    async () => {
      const { approvalRows } = await import('../extension/on-demand.ts');
      return now => approvalRows(model.state, now);
    },
    everyMs,
  );
  const draw = () => {
    tree.draw();
    const count = countApprovals(model.state);
    const tooltip = count === 1 ? l10n.t('1 approval waits') : l10n.t('{0} approvals wait', count);
    tree.view.badge = count === 0 ? undefined : { value: count, tooltip };
  };
  context.subscriptions.push(tree, model.onChange(draw));
  draw();
  return tree;
}
