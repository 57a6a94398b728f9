import { commands } from 'vscode';
import { contextKeys, commands as ids, views } from '../extension/ids.ts';
import { registerCommand } from '../extension/register-command.ts';
import type { Services } from '../extension/services.ts';
import type { LockGrouping, LockSubject } from './locks-rows.ts';
import { createRowTree, type RowTree } from './tree.ts';

const everyMs = 15_000;
/** Under this name the choice is remembered for the workspace. */
const groupingMemento = 'locksGrouping';

/** Who holds what, by folder or by agent. */
export function createLocksView(services: Services): RowTree<LockSubject> {
  const { model, context } = services;
  let grouping: LockGrouping = context.workspaceState.get(groupingMemento) === 'agent' ? 'agent' : 'folder';
  const tree = createRowTree(
    views.locks,
    async () => {
      const { lockRows } = await import('../extension/on-demand.ts');
      return now => lockRows(model.state, grouping, now);
    },
    everyMs,
  );

  async function group(next: LockGrouping): Promise<void> {
    grouping = next;
    tree.draw();
    await commands.executeCommand('setContext', contextKeys.locksGrouping, next);
    await context.workspaceState.update(groupingMemento, next);
  }

  commands.executeCommand('setContext', contextKeys.locksGrouping, grouping);
  context.subscriptions.push(
    tree,
    model.onChange(tree.draw),
    registerCommand(services, ids.groupLocksByFolder, () => group('folder')),
    registerCommand(services, ids.groupLocksByAgent, () => group('agent')),
  );
  return tree;
}
