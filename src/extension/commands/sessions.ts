import { l10n, window } from 'vscode';
import type { AgentSubject } from '../../views/agents-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import { commands as ids } from '../ids.ts';
import type { Services } from '../services.ts';

/** As send_message accepts it. */
const longestMessage = 4_000;

/** What a person can do about an agent. */
export function sessionCommands(services: Services, agents: Pick<RowTree<unknown>, 'subjectOf'>) {
  const { model } = services;
  const apiAt = (folder: string) => model.projects.find(({ state }) => state.folder === folder)?.api;

  async function message(argument: unknown): Promise<void> {
    const subject = agents.subjectOf(argument);
    const api = isAgentSubject(subject) ? apiAt(subject.folder) : undefined;
    if (!isAgentSubject(subject) || !api) return;
    const { agent_id, session_id } = subject.agent;
    const text = await window.showInputBox({
      title: l10n.t('Message to {0}', agent_id),
      prompt: l10n.t(
        'It sees it with its next prompt or tool call, as yours, and decides itself what to make of it.',
      ),
      ignoreFocusOut: true,
      validateInput: messageProblem,
    });
    if (text === undefined) return;
    await api.call('send_message', { to: session_id, text });
    window.setStatusBarMessage(l10n.t('Your message waits for {0}.', agent_id), 5_000);
  }

  async function end(argument: unknown): Promise<void> {
    const subject = agents.subjectOf(argument);
    if (!isAgentSubject(subject)) return;
    const { agent_id, session_id } = subject.agent;
    const api = apiAt(subject.folder);
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

  return { [ids.messageAgent]: message, [ids.endSession]: end };
}

function messageProblem(text: string): string | undefined {
  if (text.trim() === '') return l10n.t('Say something.');
  return text.trim().length > longestMessage ? l10n.t('At most 4,000 characters.') : undefined;
}

function isAgentSubject(subject: unknown): subject is AgentSubject {
  return typeof subject === 'object' && subject !== null && 'agent' in subject;
}
