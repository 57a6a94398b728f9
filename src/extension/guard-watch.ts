import { commands, workspace } from 'vscode';
import { contextKeys, windowSettings } from './ids.ts';
import type { Services } from './services.ts';
import type { Unguarded } from './window-state.ts';

/**
 * Switches the agent plugin with the hooks on and off as the setting says, and keeps the state true to whether the
 * editor runs it: a protection that is not in force is never shown as one.
 */
export function registerGuardWatch({ model, context }: Services): void {
  const look = () => {
    const isEnabled = workspace.getConfiguration().get(windowSettings.hooksEnabled, true);
    commands.executeCommand('setContext', contextKeys.hooksEnabled, isEnabled);
    // Without the editor's own agents there is nobody to guard here; others are guarded by their own hooks.
    const isWithoutAgents = workspace.getConfiguration('chat').get('disableAIFeatures', false);
    const unguarded = isWithoutAgents ? undefined : unguardedBecause(isEnabled);
    model.setEditorAgents({ isWithoutAgents, unguarded });
  };
  context.subscriptions.push(
    workspace.onDidChangeConfiguration(look),
    workspace.onDidGrantWorkspaceTrust(look),
  );
  look();
}

function unguardedBecause(isEnabled: boolean): Unguarded | undefined {
  const chat = workspace.getConfiguration('chat');
  if (!isEnabled) return 'switchedOff';
  if (!workspace.isTrusted) return 'untrusted';
  if (!chat.get('useHooks', true)) return 'chatHooksOff';
  if (!chat.get('plugins.enabled', true)) return 'chatPluginsOff';
  return undefined;
}
