import { commands, l10n, type QuickPickItem, ThemeIcon, window } from 'vscode';
import { problemIn, quietProblems, type Remedy } from '../../views/problems.ts';
import { statusOf } from '../../views/status-words.ts';
import { commands as ids, views } from '../ids.ts';
import type { Services } from '../services.ts';

/** Looking again, looking closer, and what the status bar offers. */
export function windowCommands(services: Services) {
  const { model, connection, log } = services;
  return {
    [ids.refresh]: () => model.refresh(),
    [ids.reconnect]: () => connection.reconnect(),
    [ids.showLog]: () => log.show(),
    [ids.showStatus]: () => showStatus(services),
    [ids.showPolicies]: () => commands.executeCommand(`${views.policies}.focus`),
  };
}

interface StatusItem extends QuickPickItem {
  readonly remedy: Remedy;
}

/** The state in words, what can be done about it, and what else there is. */
async function showStatus({ model }: Services): Promise<void> {
  const problems = [problemIn(model.state), ...quietProblems(model.state)].filter(
    found => found !== undefined,
  );
  const remedies = problems.flatMap(({ remedies, message }) =>
    remedies.map((remedy): StatusItem => ({ ...itemOf('warning', remedy), detail: message })),
  );
  const chosen = await window.showQuickPick([...remedies, ...usualItems()], {
    title: l10n.t('Interlock'),
    placeHolder: statusOf(model.state).lines.join(' · '),
  });
  if (chosen) await commands.executeCommand(chosen.remedy.command, ...(chosen.remedy.arguments ?? []));
}

function usualItems(): readonly StatusItem[] {
  return [
    itemOf('bell', { title: l10n.t('Show Approvals'), command: ids.showApprovals }),
    itemOf('account', { title: l10n.t('Show Agents'), command: `${views.agents}.focus` }),
    itemOf('lock', { title: l10n.t('Show Locks'), command: ids.showLocks }),
    itemOf('tasklist', { title: l10n.t('Show Work'), command: `${views.work}.focus` }),
    itemOf('law', { title: l10n.t('Show Policies & Profiles'), command: ids.showPolicies }),
    itemOf('history', { title: l10n.t('Show Activity'), command: `${views.activity}.focus` }),
    itemOf('plug', { title: l10n.t('Connect an Agent…'), command: ids.connectAgent }),
    itemOf('verified', { title: l10n.t('Verify the Audit Log'), command: ids.verifyAudit }),
    itemOf('output', { title: l10n.t('Show Log'), command: ids.showLog }),
  ];
}

function itemOf(icon: string, remedy: Remedy): StatusItem {
  return { remedy, label: remedy.title, iconPath: new ThemeIcon(icon) };
}
