import { l10n, window } from 'vscode';
import { commands as ids, secrets } from '../ids.ts';
import type { Services } from '../services.ts';

/** Which store the coordinator works on. The address of a database may hold a password: it is kept as a secret. */
export function storeCommands(services: Services) {
  const { context } = services;

  async function setShared(): Promise<void> {
    const url = await window.showInputBox({
      title: l10n.t('Shared Database'),
      prompt: l10n.t('Address of a Postgres 15 or newer. It is kept in the editor’s secret storage.'),
      placeHolder: 'postgres://user:password@host/database',
      password: true,
      ignoreFocusOut: true,
      validateInput: text =>
        isPostgres(text) ? undefined : l10n.t('An address that begins with postgres://'),
    });
    if (url === undefined) return;
    await context.secrets.store(secrets.databaseUrl, url.trim());
    await tellAgentsToReconnect();
  }

  async function useEmbedded(): Promise<void> {
    await context.secrets.delete(secrets.databaseUrl);
    await tellAgentsToReconnect();
  }

  return {
    [ids.setSharedDatabase]: setShared,
    [ids.useEmbeddedStore]: useEmbedded,
  };
}

/** A bridge keeps to the store that it found when it started. */
async function tellAgentsToReconnect(): Promise<void> {
  await window.showInformationMessage(
    l10n.t(
      'All windows of this editor go over to the other store. Start agents again that are connected now.',
    ),
  );
}

function isPostgres(text: string): boolean {
  return /^postgres(?:ql)?:\/\/\S+$/.test(text.trim()) && URL.canParse(text.trim());
}
