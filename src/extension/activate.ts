import * as bundledTexts from '@vscode/l10n';
import { type ExtensionContext, type LogOutputChannel, l10n, window, workspace } from 'vscode';
import { homeFolder } from '../coordinator/home.ts';
import { createActivityView } from '../views/activity-view.ts';
import { createAgentsView } from '../views/agents-view.ts';
import { registerApprovalNotifications } from '../views/approval-notifications.ts';
import { registerApprovalPanel } from '../views/approval-panel.ts';
import type { ApprovalSubject } from '../views/approvals-rows.ts';
import { createApprovalsView } from '../views/approvals-view.ts';
import { createClickTokens } from '../views/click-tokens.ts';
import { registerLockDecorations } from '../views/lock-decorations.ts';
import { registerLockedFileWarning } from '../views/locked-file-warning.ts';
import { createLocksView } from '../views/locks-view.ts';
import { createPoliciesView } from '../views/policies-view.ts';
import { registerProblemMessages } from '../views/problem-messages.ts';
import { registerStatusBar } from '../views/status-bar.ts';
import { registerTaskDocuments } from '../views/task-documents.ts';
import { createWorkView } from '../views/work-view.ts';
import { type Places, registerAllCommands } from './commands.ts';
import { type ConnectionState, createConnection } from './connection.ts';
import { demoShownBy } from './demo/demo-place.ts';
import { registerEmptyViews } from './empty-views.ts';
import { registerGuardWatch } from './guard-watch.ts';
import { registerHookEnvironment } from './hook-environment.ts';
import { secrets, windowSettings } from './ids.ts';
import { updateLauncher } from './launcher.ts';
import { registerMcpProvider } from './mcp-provider.ts';
import { createOperator } from './operator.ts';
import { reportError } from './report-error.ts';
import { registerPolicyDiagnostics } from './rule-files/policy-diagnostics.ts';
import { registerPolicyVersions } from './rule-files/policy-versions.ts';
import { registerRuleFiles } from './rule-files/rule-files.ts';
import type { Services } from './services.ts';
import { registerSettings } from './settings.ts';
import { createStoreDoor } from './store-door.ts';
import { toolsVersion } from './tools-version.ts';
import { registerUnsavedFiles } from './unsaved-files.ts';
import { createWindowModel } from './window-model.ts';

let ending: (() => Promise<void>) | undefined;

/** Registers what the window shows and begins to look for a coordinator, which it does not wait for. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Interlock', { log: true });
  context.subscriptions.push(log);
  if (l10n.bundle) bundledTexts.config({ contents: l10n.bundle });

  const demo = demoShownBy(localFolders(), context.globalStorageUri.fsPath);
  const home = demo?.home ?? homeFolder({ env: process.env });
  const bridge = context.asAbsolutePath('dist/bridge.js');
  registerHookEnvironment(context, home, process.env);

  const store = createStoreDoor({
    home,
    entryPath: context.asAbsolutePath('dist/coordinator.mjs'),
    databaseUrl: async () => (demo ? undefined : context.secrets.get(secrets.databaseUrl)),
    listen: () => (demo ? '' : workspace.getConfiguration().get(windowSettings.httpListen, '')),
    onMessage: message => log.debug(JSON.stringify(message)),
  });
  ending = store.close;
  const connection = createConnection(store.open);
  const operator = createOperator({
    store: {
      get: async () => context.secrets.get(secrets.operatorKey),
      set: async key => context.secrets.store(secrets.operatorKey, key),
      onChange: listener =>
        context.secrets.onDidChange(({ key }) => {
          if (key === secrets.operatorKey) listener();
        }),
    },
    name: store.personName,
    window: () => store.window,
  });
  const model = createWindowModel(connection, operator);
  const clicks = createClickTokens<ApprovalSubject>();
  const services: Services = { context, log, model, connection, operator, clicks };
  context.subscriptions.push(
    connection,
    operator,
    model,
    connection.onChange(state => tellLog(log, state)),
    // Every window of this editor hears of the change and goes over together.
    context.secrets.onDidChange(({ key }) => {
      if (key === secrets.databaseUrl) connection.reconnect();
    }),
    workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration(windowSettings.httpListen)) connection.reconnect();
    }),
  );

  registerViews(services, { bridge, home });
  registerSettings(services);
  registerUnsavedFiles(services);
  registerGuardWatch(services);
  lendWhatGitHubNeeds(services);
  registerMcpProvider(services, { bridge, home, version: toolsVersion });
  followFolders(services);
  updateLauncher(home, bridge).catch(error => log.warn(error));
  followHookFiles(services, home);
  if (demo) {
    const closeStore = async () => {
      connection.dispose();
      await store.close();
    };
    import('./on-demand.ts')
      .then(({ runDemo }) => runDemo(services, demo, { bridge, closeStore }))
      .catch(error => reportError(log, error));
  }
}

/** The editor waits for this before it ends the process: a coordinator in this window closes its store. */
export async function deactivate(): Promise<void> {
  await ending?.();
}

function tellLog(log: LogOutputChannel, state: ConnectionState): void {
  if (state.is === 'failed') log.error(state.error);
  if (state.is !== 'open') return;
  const { owner, store, schemaVersion } = state.coordinator;
  log.info(`coordinator ${owner.version} in process ${owner.pid}, store ${store}, schema ${schemaVersion}`);
}

function registerViews(services: Services, places: Places): void {
  const approvals = createApprovalsView(services);
  const work = createWorkView(services);
  const trees = {
    approvals,
    agents: createAgentsView(services),
    locks: createLocksView(services),
    work,
    activity: createActivityView(services),
    policies: createPoliciesView(services),
  };
  registerEmptyViews(services);
  const panel = registerApprovalPanel(services, approvals);
  const files = registerRuleFiles(services);
  registerPolicyDiagnostics(services);
  registerPolicyVersions(services);
  registerTaskDocuments(services, work);
  registerAllCommands(services, trees, files, places);
  registerLockDecorations(services);
  registerLockedFileWarning(services);
  registerApprovalNotifications(services, panel);
  registerStatusBar(services);
  registerProblemMessages(services);
}

/** What is known of hooks comes from the coordinator, so nothing of this is loaded before it answers. */
function followHookFiles(services: Services, home: string): void {
  const { context, model, log } = services;
  const waiting = model.onChange(({ link }) => {
    if (link !== 'connected') return;
    waiting.dispose();
    import('./on-demand.ts')
      .then(({ watchHookFiles }) => context.subscriptions.push(watchHookFiles(services, home)))
      .catch(error => log.warn(error));
  });
  context.subscriptions.push(waiting);
}

/** Nothing is loaded for it before a remote leads to GitHub. */
function lendWhatGitHubNeeds(services: Services): void {
  const { context, model, log } = services;
  const waiting = model.onChange(state => {
    if (!state.folders.some(({ github }) => github.repositories.some(({ page }) => page !== null))) return;
    waiting.dispose();
    import('./on-demand.ts')
      .then(({ followGitHubSignIn, followWebhookSecrets }) => {
        followGitHubSignIn(services);
        followWebhookSecrets(services);
      })
      .catch(error => reportError(log, error));
  });
  context.subscriptions.push(waiting);
}

function followFolders({ context, model }: Services): void {
  const look = () => model.setFolders(localFolders());
  context.subscriptions.push(workspace.onDidChangeWorkspaceFolders(look));
  look();
}

function localFolders(): string[] {
  return (workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
}
