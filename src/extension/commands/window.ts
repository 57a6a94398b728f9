import { commands, l10n, type QuickPickItem, window } from 'vscode';
import { statusOf } from '../../views/status-words.ts';
import { type Command, container, commands as ids } from '../ids.ts';
import { registerCommand } from '../register-command.ts';
import type { Services } from '../services.ts';

/** Looking again, looking closer, and what the status bar offers. */
export function registerWindowCommands(services: Services): void {
  const { context, model, connection, log } = services;
  context.subscriptions.push(
    registerCommand(services, ids.refresh, () => model.refresh()),
    registerCommand(services, ids.reconnect, () => connection.reconnect()),
    registerCommand(services, ids.showLog, () => log.show()),
    registerCommand(services, ids.showStatus, () => showStatus(services)),
  );
}

interface StatusItem extends QuickPickItem {
  readonly command: Command | undefined;
}

/** The state in words, and what can be done about it. */
async function showStatus({ model }: Services): Promise<void> {
  const item = (label: string, command: Command | undefined): StatusItem => ({ label, command });
  const items = [
    ...statusOf(model.state).lines.map(line => item(line, undefined)),
    ...(model.state.link === 'broken'
      ? [item(`$(debug-restart) ${l10n.t('Connect Again')}`, ids.reconnect)]
      : []),
    item(`$(plug) ${l10n.t('Connect an Agent…')}`, ids.connectAgent),
    item(`$(verified) ${l10n.t('Verify the Audit Log')}`, ids.verifyAudit),
    item(`$(output) ${l10n.t('Show Log')}`, ids.showLog),
  ];
  const chosen = await window.showQuickPick(items, { title: l10n.t('Interlock') });
  if (!chosen) return;
  await commands.executeCommand(chosen.command ?? `workbench.view.extension.${container}`);
}
