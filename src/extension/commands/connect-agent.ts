import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commands, env, l10n, type QuickPickItem, Uri, window, workspace } from 'vscode';
import { type Agent, type AgentFile, knownAgents, type Scope } from '../agent-files.ts';
import { commands as ids, planScheme } from '../ids.ts';
import { hookLauncherIn, launcherIn } from '../launcher.ts';
import type { Services } from '../services.ts';

/** What would become of a file. */
interface Plan {
  readonly path: string;
  readonly before: string | undefined;
  /** Undefined where the file goes away. */
  readonly after: string | undefined;
}

/**
 * Writes Interlock into the configuration of an agent outside the editor, or takes it out: what is there stays, and the
 * person sees every change before it is made.
 */
export function connectAgentCommands(services: Services, home: string) {
  const plans = new Map<string, string>();
  const hook = process.platform === 'win32' ? undefined : hookLauncherIn(home);
  const agents = knownAgents({ bridge: launcherIn(home), hook });

  async function connect(): Promise<void> {
    const agent = await chooseAgent(agents);
    const scope = agent && (await chooseScope());
    if (!agent || !scope) return;
    const { files, isConnected } = await look(agent.files(scope.is, scope.folder));
    const doing = await chooseDoing(agent, isConnected);
    if (doing === undefined) return;
    const wanted = files.map(({ file, before }): Plan => {
      const after =
        doing === 'connect' ? file.add(before) : before === undefined ? undefined : file.remove(before);
      return { path: file.path, before, after };
    });
    const changes = wanted.filter(({ before, after }) => before !== after);
    if (changes.length > 0 && !(await confirm(changes))) return;
    for (const change of changes) await carryOut(change);
    await tell(agent, doing, changes);
  }

  async function confirm(changes: readonly Plan[]): Promise<boolean> {
    for (const [index, { path: file, before, after }] of changes.entries()) {
      plans.set(`/${index}/before/${file}`, before ?? '');
      plans.set(`/${index}/after/${file}`, after ?? '');
      await commands.executeCommand(
        'vscode.diff',
        Uri.from({ scheme: planScheme, path: `/${index}/before/${file}` }),
        Uri.from({ scheme: planScheme, path: `/${index}/after/${file}` }),
        l10n.t('{0}: what would change', path.basename(file)),
        { preview: false },
      );
    }
    const write = l10n.t('Write');
    const answer = await window.showWarningMessage(
      l10n.t('Change {0}?', changes.map(({ path: file }) => file).join(', ')),
      { modal: true, detail: l10n.t('The changes are open in the editor behind this question.') },
      write,
    );
    return answer === write;
  }

  services.context.subscriptions.push(
    workspace.registerTextDocumentContentProvider(planScheme, {
      provideTextDocumentContent: uri => plans.get(uri.path) ?? '',
    }),
  );
  return { [ids.connectAgent]: connect };
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

async function chooseScope(): Promise<ChosenScope | undefined> {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const items: (QuickPickItem & { scope: ChosenScope })[] = [
    {
      label: l10n.t('Everywhere'),
      detail: l10n.t('For all repositories of yours'),
      scope: { is: 'user', folder: '' },
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

async function look(files: readonly AgentFile[]) {
  const found = await Promise.all(
    files.map(async file => ({
      file,
      before: existsSync(file.path) ? await readFile(file.path, 'utf8') : undefined,
    })),
  );
  const isConnected = found.every(({ file, before }) => before !== undefined && file.add(before) === before);
  return { files: found, isConnected };
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

/** Whole or not at all, and only where nobody changed the file while the person was looking. */
async function carryOut({ path: file, before, after }: Plan): Promise<void> {
  const now = existsSync(file) ? await readFile(file, 'utf8') : undefined;
  if (now !== before)
    throw new Error(l10n.t('{0} has changed in the meantime, and was left as it is.', file));
  if (after === undefined) return rm(file, { force: true });
  await mkdir(path.dirname(file), { recursive: true });
  const mode = before === undefined ? 0o600 : (await stat(file)).mode & 0o777;
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, after, { mode });
  await rename(draft, file);
}

async function tell(agent: Agent, doing: 'connect' | 'disconnect', changes: readonly Plan[]): Promise<void> {
  if (doing === 'disconnect') {
    await window.showInformationMessage(l10n.t('{0} is no longer connected here.', agent.title));
    return;
  }
  const done =
    changes.length === 0
      ? l10n.t('{0} is connected.', agent.title)
      : l10n.t('{0} is connected. Start it again.', agent.title);
  if (agent.command === undefined) {
    await window.showInformationMessage(done);
    return;
  }
  await env.clipboard.writeText(agent.command);
  await window.showInformationMessage(
    l10n.t('{0} For its tools, run once in a terminal what is on the clipboard: {1}', done, agent.command),
  );
}
