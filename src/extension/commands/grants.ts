import { l10n, window } from 'vscode';
import { type GrantSubject, grantWords } from '../../views/grant-row.ts';
import type { RowTree } from '../../views/tree.ts';
import { commands as ids } from '../ids.ts';
import type { Services } from '../services.ts';

/** Taking back what a session was allowed, from any view whose rows may be grants. */
export function grantCommands(services: Services, trees: readonly Pick<RowTree<unknown>, 'subjectOf'>[]) {
  const { model } = services;

  async function revoke(argument: unknown): Promise<void> {
    const subject = trees.map(tree => tree.subjectOf(argument)).find(isGrantSubject);
    const api = model.projects.find(({ state }) => state.folder === subject?.folder)?.api;
    if (!subject || !api) return;
    const { grant_id, agent_id } = subject.grant;
    const reason = await window.showInputBox({
      title: l10n.t('Revoke from {0}: {1}', agent_id, grantWords(subject.grant)),
      prompt: l10n.t('From now on it asks again. The reason goes on the record; it may be left out.'),
      validateInput: text => (text.length > 1000 ? l10n.t('At most 1,000 characters.') : undefined),
    });
    if (reason === undefined) return;
    await api.call('revoke_grant', { grant_id, ...(reason.trim() ? { reason } : {}) });
  }

  return { [ids.revokeGrant]: revoke };
}

function isGrantSubject(subject: unknown): subject is GrantSubject {
  return typeof subject === 'object' && subject !== null && 'grant' in subject;
}
