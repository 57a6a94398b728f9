import { commands, l10n, type QuickInputButton, type QuickPickItem, ThemeIcon, window } from 'vscode';
import { ago } from '../../views/durations.ts';
import type { RowTree } from '../../views/tree.ts';
import { commands as ids } from '../ids.ts';
import type { ProjectModel } from '../project-model.ts';
import type { Policy } from '../project-state.ts';
import { reportError } from '../report-error.ts';
import { versionAddress } from '../rule-files/policy-versions.ts';
import type { Services } from '../services.ts';
import { askReason } from './ask-reason.ts';
import { isPolicySubject } from './policies.ts';

/** As rollback_policy accepts it. */
const longestReason = 500;
const mostVersions = 100;

interface VersionItem extends QuickPickItem {
  readonly policy: Policy;
}

/** What a policy said before: each version against the one before it, and the way back to any of them. */
export function policyHistoryCommands(services: Services, tree: Pick<RowTree<unknown>, 'subjectOf'>) {
  const { model, log } = services;
  const projectAt = (folder: string | null) => model.projects.find(({ state }) => state.folder === folder);
  const back: QuickInputButton = { iconPath: new ThemeIcon('discard'), tooltip: l10n.t('Roll Back to This') };

  async function show(argument: unknown): Promise<void> {
    const subject = tree.subjectOf(argument);
    const project = isPolicySubject(subject) ? projectAt(subject.folder) : undefined;
    if (!isPolicySubject(subject) || !project) return;
    const { policyName: name, policy: current } = subject;
    const { versions } = await project.api.call(
      'list_policy_versions',
      { name, limit: mostVersions },
      { retry: true },
    );
    const pick = window.createQuickPick<VersionItem>();
    pick.title = l10n.t('History of {0}', name);
    pick.placeholder = l10n.t('Choose a version to see what it changed');
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.items = versions.map(policy => itemOf(policy, back));
    pick.onDidAccept(() => {
      const [chosen] = pick.activeItems;
      pick.hide();
      if (chosen) showChange(project, chosen.policy).then(undefined, thrown => reportError(log, thrown));
    });
    pick.onDidTriggerItemButton(({ item }) => {
      pick.hide();
      rollBack(project, item.policy, current?.version).catch(thrown => reportError(log, thrown));
    });
    pick.onDidHide(() => pick.dispose());
    pick.show();
  }

  async function rollBack(
    { api }: ProjectModel,
    { name, version }: Policy,
    from: number | undefined,
  ): Promise<void> {
    const reason = await askReason(
      l10n.t('Roll {0} Back to Version {1}', name, version),
      l10n.t('What it said then is in force again from the next call on, as a new version.'),
      { longest: longestReason },
    );
    if (reason === undefined) return;
    await api.call('rollback_policy', {
      name,
      to_version: version,
      reason,
      ...(from === undefined ? {} : { version: from }),
    });
  }

  return {
    [ids.showPolicyHistory]: show,
  };
}

function itemOf(policy: Policy, back: QuickInputButton): VersionItem {
  const { version, author, made_at, reason } = policy;
  return {
    policy,
    label: l10n.t('Version {0}: {1}', version, actionWord(policy)),
    description: `${author} · ${ago(made_at, Date.now())}`,
    detail: reason,
    buttons: [back],
  };
}

function actionWord({ action, restored_version }: Policy): string {
  switch (action) {
    case 'created':
      return l10n.t('created');
    case 'updated':
      return l10n.t('changed');
    case 'deleted':
      return l10n.t('deleted');
    case 'rolled_back':
      return l10n.t('rolled back to version {0}', restored_version ?? '?');
  }
}

async function showChange({ state }: ProjectModel, { name, version }: Policy): Promise<void> {
  const side = (of: number) => versionAddress(state.folder, name, of);
  const title = l10n.t('{0}: version {1} → {2}', name, version - 1, version);
  await commands.executeCommand('vscode.diff', side(version - 1), side(version), title, { preview: true });
}
