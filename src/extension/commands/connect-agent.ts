import { env, l10n, type QuickPickItem, window, workspace } from 'vscode';
import { type AgentSetup, agentSetups } from '../agent-setup.ts';
import { commands as ids } from '../ids.ts';
import { launcherIn } from '../launcher.ts';
import { registerCommand } from '../register-command.ts';
import type { Services } from '../services.ts';

interface SetupItem extends QuickPickItem {
  readonly setup: AgentSetup;
}

/** Shows how an agent outside the editor is connected, ready to be pasted. */
export function registerConnectAgent(services: Services, home: string): void {
  async function connect(): Promise<void> {
    const items = agentSetups(launcherIn(home)).map(
      (setup): SetupItem => ({ setup, label: setup.title, detail: setup.detail }),
    );
    const chosen = await window.showQuickPick(items, {
      title: l10n.t('Connect an Agent'),
      placeHolder: l10n.t('The agents of this editor are connected already.'),
    });
    if (!chosen) return;
    const { text, language, detail } = chosen.setup;
    await env.clipboard.writeText(text);
    await window.showTextDocument(await workspace.openTextDocument({ content: text, language }));
    await window.showInformationMessage(l10n.t('It is on the clipboard too. {0}', detail));
  }

  services.context.subscriptions.push(registerCommand(services, ids.connectAgent, connect));
}
