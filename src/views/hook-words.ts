import * as l10n from '@vscode/l10n';
import type { HookFileState } from '../extension/hook-files.ts';

/** What people call a harness. */
export function harnessTitle(harness: string): string {
  switch (harness) {
    case 'claude':
      return 'Claude Code';
    case 'codex':
      return 'Codex';
    case 'copilot':
      return 'Copilot CLI';
    case 'vscode':
      return 'VS Code';
    default:
      return harness;
  }
}

/** Hooks that were written and do not work: a person has to know. */
export function isBroken({ standing }: HookFileState): boolean {
  return standing === 'missing' || standing === 'altered';
}

/** What has become of hooks that are not as they were written, and what that means; undefined where nothing has. */
export function hookTrouble({ title, standing, path, switchedOffBy }: HookFileState): string | undefined {
  switch (standing) {
    case 'missing':
      return l10n.t(
        'The hooks of {0} were removed from {1}, and not by Interlock. Its edits and commands are not checked.',
        title,
        path,
      );
    case 'altered':
      return l10n.t(
        'The hooks of {0} in {1} are not as Interlock wrote them. Some of its edits and commands may not be checked.',
        title,
        path,
      );
    case 'switchedOff':
      return switchedOffBy === undefined
        ? undefined
        : l10n.t(
            '{0} runs no hooks: {1} in {2} keeps it from that. Its edits and commands are not checked.',
            title,
            switchedOffBy.setting,
            switchedOffBy.path,
          );
    default:
      return undefined;
  }
}

/** What became of hooks, as the record has it. Who reported it has seen it, and need not have done it. */
export function hookSentence(
  change: string | undefined,
  { who, title, file }: { readonly who: string; readonly title: string; readonly file: string },
): string {
  switch (change) {
    case 'connected':
      return l10n.t('{0} connected {1}: {2}', who, title, file);
    case 'disconnected':
      return l10n.t('{0} disconnected {1}: {2}', who, title, file);
    case 'restored':
      return l10n.t('The hooks of {0} are back: {1}', title, file);
    case 'removed':
      return l10n.t('The hooks of {0} were removed: {1}', title, file);
    case 'altered':
      return l10n.t('The hooks of {0} were altered: {1}', title, file);
    case 'switched_off':
      return l10n.t('The hooks of {0} were switched off: {1}', title, file);
    default:
      return l10n.t('The hooks of {0} are in place: {1}', title, file);
  }
}
