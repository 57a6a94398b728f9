import { env, l10n, window } from 'vscode';
import { commands as ids } from '../ids.ts';
import type { OperatorRequest } from '../operator.ts';
import type { Services } from '../services.ts';

/** How a second person comes to decide in a shared store: they send a request, which is no secret, and an operator admits them. */
export function operatorCommands(services: Services) {
  const { model, operator } = services;

  async function copyRequest(): Promise<void> {
    const request = await operator.request();
    await env.clipboard.writeText(JSON.stringify(request));
    window.showInformationMessage(
      l10n.t(
        'Your request is on the clipboard and holds no secret. Send it to somebody who may decide already; they run “Interlock: Admit an Operator…” and compare {0}. Then run “Interlock: Refresh” here.',
        request.key_hash.slice(0, 16),
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
      {
        modal: true,
        detail: l10n.t('Their key begins with {0}. Compare it with them.', request.key_hash.slice(0, 16)),
      },
      confirmed,
    );
    if (answer === confirmed) await api.call('enroll_operator', request);
  }

  return {
    [ids.copyOperatorRequest]: copyRequest,
    [ids.admitOperator]: admit,
  };
}

function requestIn(text: string): OperatorRequest | undefined {
  try {
    const { name, key_hash } = JSON.parse(text) as Partial<OperatorRequest>;
    if (typeof name !== 'string' || name.trim() === '' || typeof key_hash !== 'string') return undefined;
    return /^[0-9a-f]{64}$/.test(key_hash) ? { name, key_hash } : undefined;
  } catch {
    return undefined;
  }
}
