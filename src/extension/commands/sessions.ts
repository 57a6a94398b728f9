import { l10n, window } from 'vscode';
import type { AgentSubject } from '../../views/agents-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import { commands as ids } from '../ids.ts';
import type { Services } from '../services.ts';

/** What a person can do about an agent. */
export function sessionCommands(services: Services, agents: Pick<RowTree<unknown>, 'subjectOf'>) {
  const { model } = services;

  async function end(argument: unknown): Promise<void> {
    const subject = agents.subjectOf(argument);
    if (!isAgentSubject(subject)) return;
    const { agent_id, session_id } = subject.agent;
    const api = model.projects.find(({ state }) => state.folder === subject.folder)?.api;
    const confirmed = l10n.t('End Session');
    const answer = await window.showWarningMessage(
      l10n.t('End the session of {0}?', agent_id),
      {
        modal: true,
        detail: l10n.t(
          'Its locks are released, its open requests withdrawn and its grants revoked. The program itself goes on.',
        ),
      },
      confirmed,
    );
    if (answer !== confirmed || !api) return;
    await api.call('end_session', { session_id, reason: 'ended by the person at the editor' });
  }

  return { [ids.endSession]: end };
}

function isAgentSubject(subject: unknown): subject is AgentSubject {
  return typeof subject === 'object' && subject !== null && 'agent' in subject;
}
