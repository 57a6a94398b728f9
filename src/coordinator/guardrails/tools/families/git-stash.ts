import type { Tool } from '../tool.ts';
import { command, globalOptions, places } from './git-command.ts';

const stashPush = command(
  '-p,--patch -S,--staged -k,--keep-index --no-keep-index -q,--quiet -u,--include-untracked -a,--all -m,--message= --pathspec-from-file= --pathspec-file-nul',
  (call, directory) => {
    if (call.has('p', 'S')) return;
    const { operands } = call.options;
    call.effect({
      kind: 'stash',
      act: 'push',
      directory,
      untracked: call.has('u', 'a'),
      ...(operands.length > 0 ? { paths: places(call, operands) } : {}),
    });
  },
);

const stashPop = command('--index -q,--quiet', (call, directory) => {
  const [which] = call.options.operands;
  const name = which !== undefined && /^\d+$/.test(which.text) ? `stash@{${which.text}}` : which?.text;
  const named = name === undefined ? {} : { stash: name };
  call.effect({ kind: 'stash', act: 'pop', directory, untracked: false, ...named });
});

export const stash: Tool = {
  ...stashPush,
  options: `${globalOptions} ${stashPush.options}`,
  subcommands: {
    push: stashPush,
    save: command(
      '-p,--patch -k,--keep-index -q,--quiet -u,--include-untracked -a,--all',
      (call, directory) => {
        if (!call.has('p'))
          call.effect({ kind: 'stash', act: 'push', directory, untracked: call.has('u', 'a') });
      },
    ),
    pop: stashPop,
    apply: stashPop,
    branch: command('', (call, directory) =>
      call.effect({ kind: 'stash', act: 'pop', directory, untracked: false }),
    ),
    ...Object.fromEntries(['list', 'show', 'create', 'store'].map(word => [word, command('', () => {})])),
    drop: command('-q,--quiet', (call, directory) =>
      call.effect({ kind: 'discard', what: 'stash', directory }),
    ),
    clear: command('', (call, directory) => call.effect({ kind: 'discard', what: 'stash', directory })),
  },
};
