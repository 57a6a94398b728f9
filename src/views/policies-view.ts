import { workspace } from 'vscode';
import { projectRulesPath } from '../coordinator/guardrails/project-rules-path.ts';
import { views } from '../extension/ids.ts';
import type { Services } from '../extension/services.ts';
import type { PoliciesSubject } from './policies-rows.ts';
import { createRowTree, type RowTree } from './tree.ts';

const everyMs = 15_000;

/** What decides about agents. */
export function createPoliciesView({ model, context }: Services): RowTree<PoliciesSubject> {
  const tree = createRowTree(
    views.policies,
    async () => {
      const { policyRows } = await import('../extension/on-demand.ts');
      return now => policyRows(model.state, now);
    },
    everyMs,
  );
  // The project's own guardrails are in force as soon as they are saved.
  const saved = workspace.onDidSaveTextDocument(({ uri }) => {
    if (uri.path.endsWith(`/${projectRulesPath}`)) void model.refresh();
  });
  context.subscriptions.push(tree, saved, model.onChange(tree.draw));
  return tree;
}
