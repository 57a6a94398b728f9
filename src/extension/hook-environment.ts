import { type ExtensionContext, workspace } from 'vscode';
import { windowSettings } from './ids.ts';

/**
 * Tells the hooks of the agent plugin where the store is, which program runs them, and what they do when no coordinator
 * answers; and tells those of Copilot's own file, which the editor runs too, that the plugin's judge its agent. They are
 * children of this process, which is all that the editor offers; whatever runs in the extension host can read it too, so
 * nothing in it is secret. Terminals do not inherit it.
 */
export function registerHookEnvironment(
  context: ExtensionContext,
  home: string,
  variables: NodeJS.ProcessEnv,
): void {
  const tell = () => {
    variables.INTERLOCK_HOME = home;
    variables.INTERLOCK_NODE = process.execPath;
    variables.INTERLOCK_HOOKS_WHEN_UNAVAILABLE = workspace
      .getConfiguration()
      .get(windowSettings.hooksWhenUnavailable, 'guardrails');
    // Where the person has switched off the hooks of the extension, others of ours do not take their place.
    if (workspace.getConfiguration('chat').get('plugins.enabled', true))
      variables.INTERLOCK_EDITOR_HOOKS = 'plugin';
    else delete variables.INTERLOCK_EDITOR_HOOKS;
  };
  tell();
  context.subscriptions.push(workspace.onDidChangeConfiguration(tell));
}
