import { commands, l10n, type QuickPickItem, window } from 'vscode';
import { contextKeys, commands as ids, views } from '../extension/ids.ts';
import { registerCommand } from '../extension/register-command.ts';
import type { Services } from '../extension/services.ts';
import type { ActivitySubject } from './activity-rows.ts';
import { type Topic, topics } from './activity-topics.ts';
import { createRowTree, type RowTree } from './tree.ts';

const everyMs = 30_000;
const filterMemento = 'activityFilter';

interface TopicItem extends QuickPickItem {
  readonly topic: Topic;
}

/** The record, newest first, narrowed to what somebody looks for. */
export function createActivityView(services: Services): RowTree<ActivitySubject> {
  const { model, context } = services;
  let filter = new Set<Topic>(topics.filter(topic => remembered().includes(topic)));
  const tree = createRowTree(
    views.activity,
    async () => {
      const { activityRows } = await import('../extension/on-demand.ts');
      return now => activityRows(model.state, filter, now);
    },
    everyMs,
  );

  function remembered(): readonly unknown[] {
    const kept: unknown = context.workspaceState.get(filterMemento);
    return Array.isArray(kept) ? kept : [];
  }

  async function show(next: readonly Topic[]): Promise<void> {
    filter = new Set(next);
    await context.workspaceState.update(filterMemento, next);
    announce();
  }

  function announce(): void {
    commands.executeCommand('setContext', contextKeys.activityFiltered, filter.size > 0);
    tree.view.description = filter.size === 0 ? '' : [...filter].map(titleOf).join(', ');
    tree.draw();
  }

  async function choose(): Promise<void> {
    const items = topics.map(
      (topic): TopicItem => ({ topic, label: titleOf(topic), picked: filter.has(topic) }),
    );
    const options = {
      canPickMany: true,
      title: l10n.t('Show in Activity'),
      placeHolder: l10n.t('Nothing chosen: everything that is notable'),
    } as const;
    const chosen = await window.showQuickPick(items, options);
    if (chosen) await show(chosen.map(({ topic }) => topic));
  }

  async function readOlder(argument: unknown): Promise<void> {
    const folder = tree.subjectOf(argument)?.folder;
    const wanted = model.projects.filter(project => folder === undefined || project.state.folder === folder);
    await Promise.all(wanted.map(project => project.readOlderActivity()));
  }

  announce();
  context.subscriptions.push(
    tree,
    model.onChange(tree.draw),
    registerCommand(services, ids.filterActivity, choose),
    registerCommand(services, ids.clearActivityFilter, () => show([])),
    registerCommand(services, ids.showMoreActivity, readOlder),
  );
  return tree;
}

function titleOf(topic: Topic): string {
  switch (topic) {
    case 'refusals':
      return l10n.t('Denials and refusals');
    case 'approvals':
      return l10n.t('Approvals and grants');
    case 'locks':
      return l10n.t('Locks');
    case 'work':
      return l10n.t('Work');
    case 'sessions':
      return l10n.t('Sessions');
    case 'settings':
      return l10n.t('Settings, policies and operators');
    case 'github':
      return l10n.t('GitHub: what was read, and what it was told');
    case 'tools':
      return l10n.t('Tool calls that passed');
    case 'reads':
      return l10n.t('Reading');
  }
}
