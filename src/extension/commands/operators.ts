import { env, l10n, window } from 'vscode';
import { commands as ids } from '../ids.ts';
import type { OperatorRequest } from '../operator.ts';
import { registerCommand } from '../register-command.ts';
import type { Services } from '../services.ts';

/** How a second person comes to decide in a shared store: they send a request, which is no secret, and an operator admits them. */
export function registerOperatorCommands(services: Services): void {
  const { context, model, operator } = services;

  async function copyRequest(): Promise<void> {
    await env.clipboard.writeText(JSON.stringify(await operator.request()));
    window.showInformationMessage(
      l10n.t(
        'Your request is on the clipboard. Send it to somebody who may decide already; they run “Interlock: Admit an Operator…”.',
      ),
    );
  }

  async function admit(): Promise<void> {
    const text = await window.showInputBox({
      title: l10n.t('Admit an Operator'),
      prompt: l10n.t('Paste the request that the other person sent you.'),
      placeHolder: '{"name":"…","key_hash":"…"}',
      ignoreFocusOut: true,
      validateInput: given => (requestIn(given) ? undefined : l10n.t('This is no request of an operator.')),
    });
    const request = text === undefined ? undefined : requestIn(text);
    const api = model.projects[0]?.api;
    if (!request || !api) return;
    const confirmed = l10n.t('Admit {0}', request.name);
    const answer = await window.showWarningMessage(
      l10n.t('{0} will be able to approve, deny and force-release everywhere in this store.', request.name),
      { modal: true },
      confirmed,
    );
    if (answer === confirmed) await api.call('enroll_operator', request);
  }

  context.subscriptions.push(
    registerCommand(services, ids.copyOperatorRequest, copyRequest),
    registerCommand(services, ids.admitOperator, admit),
  );
}

function requestIn(text: string): OperatorRequest | undefined {
  try {
    const { name, key_hash } = JSON.parse(text) as Partial<OperatorRequest>;
    return typeof name === 'string' && typeof key_hash === 'string' ? { name, key_hash } : undefined;
  } catch {
    return undefined;
  }
}
