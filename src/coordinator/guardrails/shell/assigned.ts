import type { Deed } from '../effects.ts';
import { isKnown, readable } from './value.ts';

/**
 * Variables by which a command would pass for somebody else, go by another store, or override what a hook of git says; and
 * those that give git or an agent a configuration which nobody sees.
 */
const ownVariables =
  /^(?:INTERLOCK_[A-Z_]+|GIT_CONFIG_(?:PARAMETERS|COUNT|KEY_\d+|VALUE_\d+)|CLAUDE_CONFIG_DIR|CODEX_HOME|COPILOT_HOME)$/;
/** Variables with which an agent runs no hooks, whatever else they are set to than off. */
const switchesHooksOff = /^CLAUDE_CODE_(?:SIMPLE|SAFE_MODE)$/;

/** What setting a variable does by itself, before any command uses it. */
export function assignmentDeed(name: string, value: string): Deed | undefined {
  if (ownVariables.test(name))
    return {
      kind: 'protection',
      how: `sets ${name}, which says who acts, or overrides what is checked`,
    };
  // Nothing at all can be no other hooks; a file can.
  if (/^GIT_CONFIG_(?:GLOBAL|SYSTEM)$/.test(name) && !/^(?:\/dev\/null)?$/.test(value))
    return { kind: 'protection', how: `sets ${name}, so that git goes by settings which nobody sees` };
  if (switchesHooksOff.test(name) && !/^(?:0|false|)$/i.test(value))
    return { kind: 'protection', how: `sets ${name}, with which an agent runs no hooks` };
  const skips =
    (/^(?:HUSKY|LEFTHOOK)$/.test(name) && /^(?:0|false)$/i.test(value)) ||
    (name === 'HUSKY_SKIP_HOOKS' && !/^(?:0|false|)$/i.test(value)) ||
    (name === 'LEFTHOOK_EXCLUDE' && /interlock/i.test(value));
  if (skips) return { kind: 'protection', how: `sets ${name} so that git skips its hooks` };
  if (/^(?:LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES)$/.test(name) && loadsForeignCode(value))
    return {
      kind: 'system',
      act: 'privilege',
      how: `loads ${readable(value)} into every program that is started`,
    };
  const forgets =
    (name === 'HISTFILE' && /^(?:\/dev\/null)?$/.test(value)) ||
    (/^HIST(?:FILE)?SIZE$/.test(name) && value === '0');
  return forgets ? { kind: 'system', act: 'trace', how: 'stops the record of what is run' } : undefined;
}

/** Libraries that the system itself has are loaded by name or from its own directories. */
function loadsForeignCode(value: string): boolean {
  return isKnown(value) && value.includes('/') && !/^\/(?:usr|lib|lib64|opt|nix|Library)\//.test(value);
}
