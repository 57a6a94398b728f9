import type { Deed } from '../../effects.ts';
import { plainArg } from '../../shell/value.ts';
import { commandLine } from '../command-line.ts';
import type { Family } from '../tool.ts';
import { movesHooks } from './git-command.ts';

const guards = (how: string): Deed => ({ kind: 'protection', how });

/** Interlock itself, and what could switch it off. Looking is open to everyone. */
/** Programs that keep the hooks of a repository, and hang them up or take them down. */
const hookKeepers: Family = {
  husky: {
    run: call => {
      const [word] = call.options.operands;
      if (word !== undefined && /^(?:add|set|init)$/.test(word.text)) return undefined;
      const folder = word === undefined || word.text === 'install' ? call.options.operands[1] : word;
      if (word?.text === 'uninstall') call.effect(takesHooks(call.cwd, 'husky'));
      else movesHooks(call, call.cwd, folder ?? plainArg('.husky'));
      return undefined;
    },
  },
  ...commandLine('lefthook', {
    acts: { uninstall: call => call.effect(takesHooks(call.cwd, 'lefthook')) },
  }),
};

const takesHooks = (directory: string | undefined, keeper: string): Deed => ({
  kind: 'git-hooks',
  directory,
  how: `takes down the hooks that ${keeper} keeps, through which Interlock is asked`,
});

export const interlockFamily: Family = {
  ...hookKeepers,
  ...commandLine('interlock', {
    options: '--json --jsonl --store= --project=',
    acts: {
      'approvals approve|deny': guards('decides about an approval, which only a person may'),
      'operators admit': guards('lets somebody decide, which only a person may'),
      'git-hooks remove': guards('takes Interlock’s git hooks away'),
      hook: guards('speaks to Interlock in the name of a harness'),
      login: guards('asks for an operator’s credential'),
      'restore|migrate|backup': guards('replaces or copies Interlock’s own store'),
      'policy set|rollback|delete': guards('changes the policies that agents are under'),
      'hooks uninstall|remove': guards('takes Interlock’s hooks away'),
      'uninstall|stop|kill|disable': guards('switches Interlock off'),
    },
  }),
  ...commandLine('code code-insiders codium cursor windsurf', {
    options:
      '--install-extension= --uninstall-extension= --disable-extension= --disable-extensions --user-data-dir= --extensions-dir= -g,--goto -d,--diff -r,--reuse-window -n,--new-window -w,--wait -a,--add',
    acts: {
      '--uninstall-extension|--disable-extension': call => {
        const name = call.value('uninstall-extension', 'disable-extension')?.text ?? '';
        if (/interlock/i.test(name)) call.effect(guards('removes or switches off Interlock'));
      },
      '--disable-extensions': guards('starts the editor without its extensions, Interlock among them'),
    },
  }),
};
