import { randomBytes } from 'node:crypto';
import { commands, env, l10n, window } from 'vscode';
import { longestSecret, shortestSecret } from '../../coordinator/listen-config.ts';
import { keepWebhookSecrets, listenAddress, webhookSecrets } from '../github-webhook-secret.ts';
import { commands as ids, windowSettings } from '../ids.ts';
import type { Services } from '../services.ts';

interface Choice {
  readonly label: string;
  readonly detail?: string;
  /** What is kept afterwards; undefined: as before. */
  decide(kept: readonly string[]): Promise<readonly string[] | undefined>;
}

/** The secret with which GitHub signs what it delivers, given by a person. */
export function webhookSecretCommands({ context }: Pick<Services, 'context'>) {
  async function setSecret(): Promise<void> {
    const kept = await webhookSecrets(context);
    const choice = await window.showQuickPick(choicesFor(kept), {
      title: l10n.t('The Secret of GitHub’s Webhook'),
      placeHolder: l10n.t('It is kept in the editor’s secret storage, and in no setting.'),
    });
    const wanted = await choice?.decide(kept);
    if (wanted === undefined) return;
    await keepWebhookSecrets(context, wanted);
    await tell(wanted.length);
  }
  return { [ids.setWebhookSecret]: setSecret };
}

function choicesFor(kept: readonly string[]): Choice[] {
  const [current, former] = kept;
  return [
    {
      label: l10n.t('Make a New Secret and Copy It'),
      detail: l10n.t('Paste it into the webhook on GitHub.'),
      async decide() {
        const made = randomBytes(32).toString('hex');
        await env.clipboard.writeText(made);
        return before(made, current);
      },
    },
    {
      label: l10n.t('Enter the Secret…'),
      detail: l10n.t('As it is in the webhook on GitHub.'),
      async decide() {
        const entered = await window.showInputBox({
          title: l10n.t('The Secret of GitHub’s Webhook'),
          password: true,
          ignoreFocusOut: true,
          validateInput: text =>
            text.length >= shortestSecret && text.length <= longestSecret
              ? undefined
              : l10n.t('It has {0} to {1} characters.', shortestSecret, longestSecret),
        });
        return entered === undefined ? undefined : before(entered, current);
      },
    },
    ...(current !== undefined && former !== undefined
      ? [
          {
            label: l10n.t('Take the Former Secret No More'),
            detail: l10n.t('GitHub has the new one by now.'),
            decide: async () => [current],
          },
        ]
      : []),
    ...(current === undefined
      ? []
      : [
          {
            label: l10n.t('Forget the Secret'),
            detail: l10n.t('No delivery is taken any more with it.'),
            decide: async () => [],
          },
        ]),
  ];
}

/** The one before is taken too, until GitHub has the new one. */
function before(secret: string, former: string | undefined): readonly string[] {
  return former === undefined || former === secret ? [secret] : [secret, former];
}

async function tell(count: number): Promise<void> {
  if (count > 0 && listenAddress() === '') {
    const openSetting = l10n.t('Open the Setting');
    const answer = await window.showWarningMessage(
      l10n.t(
        'The secret is kept. GitHub reaches Interlock only where it listens: set interlock.http.listen, and lead an address that GitHub can reach there.',
      ),
      openSetting,
    );
    if (answer === openSetting)
      await commands.executeCommand('workbench.action.openSettings', windowSettings.httpListen);
    return;
  }
  await window.showInformationMessage(
    count === 0
      ? l10n.t('The secret of GitHub’s webhook is forgotten.')
      : count === 1
        ? l10n.t('Deliveries to /webhooks/github that GitHub signs with this secret are taken.')
        : l10n.t(
            'The former secret is taken, too, until you run this again and choose that it is not any more.',
          ),
  );
}
