import { views } from '../extension/ids.ts';
import type { Services } from '../extension/services.ts';
import type { AgentsSubject } from './agents-rows.ts';
import { createRowTree, type RowTree } from './tree.ts';

const everyMs = 15_000;

/** Who works here. */
export function createAgentsView({ model, context }: Services): RowTree<AgentsSubject> {
  const tree = createRowTree(
    views.agents,
    async () => {
      const { agentRows } = await import('../extension/on-demand.ts');
      return now => agentRows(model.state, now);
    },
    everyMs,
  );
  context.subscriptions.push(tree, model.onChange(tree.draw));
  return tree;
}
