import type { Arg } from '../../shell/value.ts';
import type { Call } from '../tool.ts';
import { command, hooksMoved, hooksOverridden, hooksSkipped, movesHooks } from './git-command.ts';

export const config = command(
  '--global --system --local --worktree -f,--file= --get --get-all --get-regexp -l,--list --unset --unset-all --add --replace-all --type= --default= -e,--edit -z,--null --name-only --show-origin --bool --int --path --remove-section --rename-section',
  (call, directory) => {
    const { verb, key, value } = settingOf(call);
    if (verb !== 'get') changesHooks(call, directory, verb, key?.text ?? '', value);
    if (/sslverify$/i.test(key?.text ?? '') && /^(?:false|0|no|off)$/i.test(value?.text ?? ''))
      call.effect({
        kind: 'system',
        act: 'setting',
        how: 'makes git accept any certificate, so that anyone in between can change what it fetches',
      });
    if (
      call.has('get-all', 'get', 'get-regexp') &&
      /extraheader|password|token/i.test(key?.text ?? '') &&
      !call.captured
    )
      call.effect({ kind: 'reveal-secret', what: `the setting ${key?.text ?? ''}` });
  },
);

/** What `git config` does to which setting: `git config set a.b c` and `git config a.b c` are the same. */
function settingOf(call: Call): {
  readonly verb: 'get' | 'set' | 'unset' | 'section';
  readonly key: Arg | undefined;
  readonly value: Arg | undefined;
} {
  const { operands } = call.options;
  const spoken = /^(?:get|set|unset|list|edit|remove-section|rename-section)$/.test(operands[0]?.text ?? '');
  const word = spoken ? operands[0]?.text : undefined;
  const [key, value] = spoken ? operands.slice(1) : operands;
  const is = (...words: readonly string[]) => words.includes(word ?? '') || call.has(...words);
  if (is('remove-section', 'rename-section')) return { verb: 'section', key, value };
  if (is('unset', 'unset-all')) return { verb: 'unset', key, value };
  const sets = word === 'set' || (word === undefined && value !== undefined);
  return { verb: sets && !is('get', 'get-all', 'get-regexp', 'list') ? 'set' : 'get', key, value };
}

/** Settings that say which hooks run, or what Interlock's say. */
function changesHooks(
  call: Call,
  directory: string | undefined,
  verb: 'set' | 'unset' | 'section',
  key: string,
  value: Arg | undefined,
): void {
  if (/^interlock(?:\.|$)/i.test(key)) call.effect(hooksOverridden);
  else if (verb === 'section' && /^core$/i.test(key)) call.effect(hooksMoved);
  else if (/^alias\./i.test(key) && /--no-verify\b|core\.hookspath/i.test(value?.text ?? ''))
    call.effect(hooksSkipped);
  else if (/^core\.hookspath$/i.test(key)) {
    const text = value?.text ?? '';
    // Hooks that the project keeps itself are how most projects install theirs.
    const inside = /^(?:\.\/)?\.?[\w-][\w./-]*$/.test(text) && !text.includes('..');
    if (verb === 'unset' || value === undefined || !inside) call.effect(hooksMoved);
    else movesHooks(call, directory, value);
  }
}
