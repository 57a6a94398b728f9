import { commands, env, l10n, type QuickPickItem, Uri, window, workspace } from 'vscode';
import type { HookSubject } from '../../views/protection-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import type { Agent, AgentFile, Scope } from '../agent-files.ts';
import { agentsConnectedFrom } from '../hook-file-watch.ts';
import { digestOf, type HookFileState } from '../hook-files.ts';
import { commands as ids } from '../ids.ts';
import type { Services } from '../services.ts';
import { carryOut, changesOf, createChangeReview, textOf } from './configuration-change.ts';

/**
 * Writes Interlock into the configuration of an agent outside the editor, or takes it out: what is there stays, and the
 * person sees every change before it is made. What a person does here is on the record, so that what others do is told apart.
 */
export function connectAgentCommands(
  services: Services,
  tree: Pick<RowTree<unknown>, 'subjectOf'>,
  home: string,
) {
  const { model, context } = services;
  const agents = agentsConnectedFrom(home);
  const review = createChangeReview();
  context.subscriptions.push(review);

  async function connect(argument: unknown): Promise<void> {
    const subject = tree.subjectOf(argument);
    const agent = isHookSubject(subject)
      ? agents.find(({ id }) => id === subject.hookFile.agent)
      : await chooseAgent(agents);
    const scope = agent?.isForAll ? everywhere : agent && (await chooseScope());
    if (!agent || !scope) return;
    const files = agent.files(scope.is, scope.folder);
    const doing = await chooseDoing(agent, (await changesOf(files, 'connect')).length === 0);
    if (doing !== undefined && (await write(files, scope.is, doing))) await tell(agent, doing);
  }

  /** True where everything is written as the person wanted it. */
  async function write(
    files: readonly AgentFile[],
    scope: Scope,
    doing: 'connect' | 'disconnect',
  ): Promise<boolean> {
    const changes = await changesOf(files, doing);
    if (changes.length > 0 && !(await review.confirm(changes))) return false;
    // Before the file changes, so that no window takes it for somebody else's doing.
    if (doing === 'disconnect') await record(files, scope, 'disconnected');
    for (const change of changes) await carryOut(change);
    if (doing === 'connect') await record(files, scope, 'connected');
    return true;
  }

  /** What is not written down now, because no folder is open or this person may not, is found by the next look. */
  async function record(
    files: readonly AgentFile[],
    scope: Scope,
    what: 'connected' | 'disconnected',
  ): Promise<void> {
    const [project] = model.projects;
    if (!project || model.state.standing.is !== 'operator') return;
    for (const { path: file, hooks } of files) {
      if (hooks === undefined) continue;
      const part = what === 'connected' ? hooks.read((await textOf(file)) ?? '') : undefined;
      const digest = part === undefined ? {} : { digest: digestOf(part) };
      const report = { path: file, harness: hooks.harness, scope, what, ...digest };
      await project.api.call('report_hook_file', report, { retry: true });
    }
  }

  /** The file that a row or a notice is about; what merely looks like one is not. */
  function hookFileOf(argument: unknown): HookFileState | undefined {
    const subject = tree.subjectOf(argument);
    if (isHookSubject(subject)) return subject.hookFile;
    return model.state.hookFiles?.find(({ path: file }) => file === argument);
  }

  function filesOf({ agent, scope, folder, path: file }: HookFileState): readonly AgentFile[] {
    const files = agents.find(({ id }) => id === agent)?.files(scope, folder) ?? [];
    return files.filter(({ path: other }) => other === file);
  }

  async function restore(argument: unknown): Promise<void> {
    const file = hookFileOf(argument);
    if (file && (await write(filesOf(file), file.scope, 'connect')))
      await window.showInformationMessage(l10n.t('The hooks of {0} are back. Start it again.', file.title));
  }

  async function leaveOff(argument: unknown): Promise<void> {
    const file = hookFileOf(argument);
    if (!file) return;
    const disconnect = l10n.t('Disconnect');
    const answer = await window.showWarningMessage(
      l10n.t('Leave {0} without its hooks?', file.title),
      {
        modal: true,
        detail: l10n.t('Its edits and commands are not checked then. What is left of the hooks goes too.'),
      },
      disconnect,
    );
    if (answer === disconnect) await write(filesOf(file), file.scope, 'disconnect');
  }

  async function openFile(argument: unknown): Promise<void> {
    const file = hookFileOf(argument);
    if (file) await window.showTextDocument(Uri.file(file.switchedOffBy?.path ?? file.path));
  }

  return {
    [ids.connectAgent]: connect,
    [ids.restoreHooks]: restore,
    [ids.leaveHooksOff]: leaveOff,
    [ids.openHookFile]: openFile,
    [ids.openHookSettings]: () =>
      commands.executeCommand(
        'workbench.action.openSettings',
        '@id:chat.useHooks,chat.plugins.enabled,interlock.hooks.enabled',
      ),
  };
}

function isHookSubject(subject: unknown): subject is HookSubject {
  return typeof subject === 'object' && subject !== null && 'hookFile' in subject;
}

async function chooseAgent(agents: readonly Agent[]): Promise<Agent | undefined> {
  const items = agents.map(agent => ({ agent, label: agent.title }));
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('Connect an Agent'),
    placeHolder: l10n.t('The agents of this editor are connected already.'),
  });
  return chosen?.agent;
}

interface ChosenScope {
  readonly is: Scope;
  readonly folder: string;
}

const everywhere: ChosenScope = { is: 'user', folder: '' };

async function chooseScope(): Promise<ChosenScope | undefined> {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const items: (QuickPickItem & { scope: ChosenScope })[] = [
    {
      label: l10n.t('Everywhere'),
      detail: l10n.t('For all repositories of yours'),
      scope: everywhere,
    },
    ...folders.map(({ name, uri }) => ({
      label: l10n.t('In {0}', name),
      detail: uri.fsPath,
      scope: { is: 'project' as const, folder: uri.fsPath },
    })),
  ];
  const chosen = await window.showQuickPick(items, { title: l10n.t('Connect an Agent') });
  return chosen?.scope;
}

async function chooseDoing(
  agent: Agent,
  isConnected: boolean,
): Promise<'connect' | 'disconnect' | undefined> {
  if (!isConnected) return 'connect';
  const disconnect = l10n.t('Disconnect');
  const answer = await window.showInformationMessage(
    l10n.t('{0} is connected here already.', agent.title),
    disconnect,
  );
  return answer === disconnect ? 'disconnect' : undefined;
}

async function tell(agent: Agent, doing: 'connect' | 'disconnect'): Promise<void> {
  if (doing === 'disconnect') {
    await window.showInformationMessage(l10n.t('{0} is no longer connected here.', agent.title));
    return;
  }
  const done = l10n.t('{0} is connected. Start it again.', agent.title);
  if (agent.asksTrust) {
    const trust = l10n.t('Then enter /hooks in it and trust the hooks: before that it runs none of them.');
    await window.showInformationMessage(`${done} ${trust}`);
    return;
  }
  if (agent.command === undefined) {
    await window.showInformationMessage(done);
    return;
  }
  await env.clipboard.writeText(agent.command);
  await window.showInformationMessage(
    l10n.t('{0} For its tools, run once in a terminal what is on the clipboard: {1}', done, agent.command),
  );
}
