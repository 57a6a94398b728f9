import path from 'node:path';
import type { Harness } from './harnesses.ts';

/** A setting of a harness that keeps all hooks from running. */
export interface HookSwitch {
  readonly path: string;
  /** As it is called there. */
  readonly setting: string;
  isOff(text: string): boolean;
}

/**
 * The settings that can switch off hooks in a folder, of the person and of the project. An organisation's own settings are not
 * looked for: only a hook that fires proves that hooks run.
 */
export function hookSwitches(harness: Harness, home: string, folder: string): readonly HookSwitch[] {
  switch (harness) {
    case 'claude':
      return [
        path.join(home, '.claude', 'settings.json'),
        path.join(folder, '.claude', 'settings.json'),
        path.join(folder, '.claude', 'settings.local.json'),
      ].map(file => ({ path: file, setting: 'disableAllHooks', isOff: isDisabledInJson }));
    case 'codex':
      return [path.join(home, '.codex', 'config.toml'), path.join(folder, '.codex', 'config.toml')].map(
        file => ({ path: file, setting: 'features.hooks', isOff: isDisabledInToml }),
      );
    case 'copilot':
      return [
        path.join(home, '.copilot', 'settings.json'),
        // In a file of hooks it keeps those of that file from running.
        path.join(home, '.copilot', 'hooks', 'interlock.json'),
        path.join(folder, '.github', 'copilot', 'settings.json'),
        path.join(folder, '.github', 'copilot', 'settings.local.json'),
      ].map(file => ({ path: file, setting: 'disableAllHooks', isOff: isDisabledInJson }));
    default:
      return [];
  }
}

/** Copilot's settings may have comments. */
const commentOrString = /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

function isDisabledInJson(text: string): boolean {
  try {
    return (
      (JSON.parse(text.replace(commentOrString, '$1')) as { disableAllHooks?: unknown } | null)
        ?.disableAllHooks === true
    );
  } catch {
    return false;
  }
}

/** `hooks = false` in `[features]`, or as `features.hooks = false` before any table; `codex_hooks` is its older name. */
function isDisabledInToml(text: string): boolean {
  let table = '';
  for (const line of text.split('\n')) {
    table = /^\s*\[+\s*([^\]]+?)\s*\]/.exec(line)?.[1] ?? table;
    const isIn = table === 'features' ? /^\s*(?:codex_)?hooks\s*=\s*false\b/ : undefined;
    const isBefore = table === '' ? /^\s*features\.(?:codex_)?hooks\s*=\s*false\b/ : undefined;
    if (isIn?.test(line) || isBefore?.test(line)) return true;
  }
  return false;
}
