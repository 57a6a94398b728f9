import { type ExtensionContext, workspace } from 'vscode';
import { secrets as keys, windowSettings } from './ids.ts';
import type { ProjectModel } from './project-model.ts';
import type { Services } from './services.ts';

/** The secrets of GitHub's webhook that the person has given, the one before the last behind it. In the editor's secret storage alone. */
export async function webhookSecrets({ secrets }: Pick<ExtensionContext, 'secrets'>): Promise<string[]> {
  const stored: unknown = JSON.parse((await secrets.get(keys.webhook)) ?? '[]');
  return Array.isArray(stored) ? stored.filter(each => typeof each === 'string') : [];
}

/** Keeps these; none: nothing is kept. */
export async function keepWebhookSecrets(
  { secrets }: Pick<ExtensionContext, 'secrets'>,
  kept: readonly string[],
): Promise<void> {
  if (kept.length === 0) await secrets.delete(keys.webhook);
  else await secrets.store(keys.webhook, JSON.stringify(kept));
}

/** Where deliveries are taken, as the person has set it; empty: nowhere. */
export function listenAddress(): string {
  return workspace.getConfiguration().get(windowSettings.httpListen, '').trim();
}

/** Lends the secrets to each coordinator that this window comes to, for the projects of the window, and takes them back when they are forgotten. */
export function followWebhookSecrets({ model, connection, operator, context, log }: Services): void {
  /** What the coordinator was lent, by the folder of the project. */
  let lent = new Map<string, string>();
  let line: Promise<void> = Promise.resolve();

  async function lend({ state: { folder, github }, api }: ProjectModel): Promise<void> {
    if (!github.repositories.some(({ page }) => page !== null)) return;
    const here = lent;
    const secrets = listenAddress() === '' ? [] : await webhookSecrets(context);
    const text = JSON.stringify(secrets);
    if ((here.get(folder) ?? '[]') === text) return;
    await api.call('lend_github_webhook_secret', { secrets }, { retry: true });
    here.set(folder, text);
  }

  const look = () => {
    if (operator.standing.is !== 'operator') return;
    line = line
      .then(async () => {
        for (const project of model.projects) await lend(project);
      })
      .catch(error => log.warn(error));
  };

  context.subscriptions.push(
    model.onChange(look),
    // What comes next may be another coordinator, which was lent nothing.
    connection.onChange(() => {
      lent = new Map();
    }),
    context.secrets.onDidChange(({ key }) => {
      if (key === keys.webhook) look();
    }),
  );
  look();
}
