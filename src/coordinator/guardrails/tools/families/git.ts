import { isSecretFile } from '../../secret-files.ts';
import { type Arg, plainArg, unknown } from '../../shell/value.ts';
import type { Call, Family, Tool } from '../tool.ts';
import { gitAlias } from './git-alias.ts';
import { applyPatch } from './git-apply.ts';
import { command, globalOptions, hooksSkipped, looksLikeFile, movesBranch, places } from './git-command.ts';
import { config } from './git-config.ts';
import { clone, fetch } from './git-fetch.ts';
import { filterRepo } from './git-filter-repo.ts';
import { push } from './git-push.ts';
import { stash } from './git-stash.ts';

const reset = command(
  '--hard --soft --mixed --merge --keep -p,--patch -q,--quiet -N,--intent-to-add --pathspec-from-file= --pathspec-file-nul ' +
    '--recurse-submodules?= --no-recurse-submodules',
  (call, directory) => {
    if (!call.has('hard', 'merge', 'keep')) return;
    const target = call.options.operands[0]?.text;
    // --keep refuses where a change would be lost, but it moves the branch all the same.
    if (!call.has('keep')) call.effect({ kind: 'discard', what: 'changes', directory });
    if (target !== undefined && !/^(?:HEAD|@)$/.test(target))
      call.effect({ kind: 'discard', what: 'commits', directory, target });
  },
);

const checkout = command(
  '-b= -B= -f,--force -q,--quiet --detach -t --track?= --no-track --guess --no-guess -l --orphan= -p,--patch --ours --theirs ' +
    '--conflict= -m,--merge --pathspec-from-file= --pathspec-file-nul --overlay --no-overlay --ignore-other-worktrees ' +
    '--recurse-submodules?= --no-recurse-submodules --progress --no-progress -U,--unified= --inter-hunk-context= ' +
    '--ignore-skip-worktree-bits',
  (call, directory) => {
    const { afterDashes } = call.options;
    const operands = withoutMode(call);
    if (call.has('p', 'patch')) return;
    if (call.has('f', 'force')) call.effect({ kind: 'discard', what: 'changes', directory });
    if (call.has('b', 'B', 'orphan', 'detach', 't', 'track')) {
      // Together with paths git refuses; with what looks like a file, that was meant all the same.
      if (call.has('B')) movesBranch(call, directory, call.value('B'));
      const last = operands.at(-1);
      if (operands.length < 2 || last === undefined || !looksLikeFile(last)) return;
    }
    if (call.has('pathspec-from-file')) {
      call.effect({ kind: 'discard', what: 'changes', directory });
      return;
    }
    // `checkout x` names a branch far more often than a file; with two words, the second is certainly a file.
    const files = afterDashes ?? (call.has('ours', 'theirs') ? operands : operands.slice(1));
    const only = operands.length === 1 ? operands[0] : undefined;
    const loneFile = afterDashes === undefined && only !== undefined && looksLikeFile(only);
    const discarded = loneFile ? operands : files;
    if (discarded.length > 0)
      call.effect({ kind: 'discard', what: 'changes', directory, paths: places(call, discarded) });
  },
);

/** `--recurse-submodules on-demand main`: the word is meant as the option's value, though git wants it attached. */
function withoutMode(call: Call): readonly Arg[] {
  const { operands } = call.options;
  const meansMode =
    call.has('recurse-submodules') &&
    operands.length > 1 &&
    /^(?:checkout|on-demand)$/.test(operands[0]?.text ?? '');
  return meansMode ? operands.slice(1) : operands;
}

const switchTo = command(
  '-c,--create= -C,--force-create= -f,--force,--discard-changes -d,--detach -t --track?= --no-track --guess --no-guess ' +
    '--orphan= -m,--merge --conflict= -q,--quiet --recurse-submodules?= --no-recurse-submodules --ignore-other-worktrees ' +
    '--progress --no-progress',
  (call, directory) => {
    if (call.has('f')) call.effect({ kind: 'discard', what: 'changes', directory });
  },
);

const restore = command(
  '-s,--source= -S,--staged -W,--worktree -p,--patch -q,--quiet --progress --no-progress --ours --theirs -m,--merge ' +
    '--conflict= --ignore-unmerged --ignore-skip-worktree-bits --overlay --no-overlay --recurse-submodules?= ' +
    '--pathspec-from-file= --pathspec-file-nul',
  (call, directory) => {
    if (call.has('p') || (call.has('S') && !call.has('W'))) return;
    const { operands } = call.options;
    if (operands.length === 0 && !call.has('pathspec-from-file')) return;
    call.effect({
      kind: 'discard',
      what: 'changes',
      directory,
      ...(operands.length > 0 ? { paths: places(call, operands) } : {}),
    });
  },
);

const clean = command(
  '-f,--force -d -x -X -n,--dry-run -q,--quiet -i,--interactive -e,--exclude=',
  (call, directory) => {
    // A dry run only counts where nothing forces: `git clean -nf` was a trap in more than one release of git.
    if ((call.has('n') && !call.has('f')) || call.has('i')) return;
    if (!call.has('f')) return;
    const { operands } = call.options;
    const paths = operands.length > 0 ? { paths: places(call, operands) } : {};
    if (!call.has('X')) call.effect({ kind: 'discard', what: 'untracked', directory, ...paths });
    if (call.has('x', 'X')) call.effect({ kind: 'discard', what: 'ignored', directory, ...paths });
  },
);

const branch = command(
  '-d,--delete -D -m,--move -M -c,--copy -C -f,--force -r,--remotes -a,--all -l,--list -v,--verbose -q,--quiet -u,--set-upstream-to= ' +
    '--unset-upstream -t,--track?= --no-track --contains= --no-contains= --merged= --no-merged= --points-at= --format= --sort= ' +
    '--column?= --color?= --edit-description --show-current --abbrev?= -i,--ignore-case --create-reflog',
  (call, directory) => {
    const { operands } = call.options;
    if (call.has('D', 'd')) {
      const forced = call.has('D') || call.has('f');
      for (const operand of operands.length > 0 ? operands : [plainArg(unknown)])
        call.effect({ kind: 'delete-branch', directory, branch: operand.text, forced });
    } else if (call.has('M', 'C') || (call.has('f') && operands.length > 0)) {
      movesBranch(call, directory, operands[operands.length > 1 && call.has('M', 'C') ? 1 : 0]);
    }
  },
);

const worktree: Tool = {
  options: globalOptions,
  subcommands: {
    remove: command('-f,--force', (call, directory) => {
      if (!call.has('f')) return;
      const paths = places(call, call.options.operands);
      call.effect({ kind: 'discard', what: 'worktree', directory, paths });
    }),
    add: command(
      '-b= -B= -d,--detach -f,--force --lock --reason= --orphan --track --guess-remote -q,--quiet',
      (call, directory) => {
        movesBranch(call, directory, call.value('B'));
      },
    ),
  },
};

const rewrites = (how: string, options = '') =>
  command(options, (call, directory) =>
    call.effect({ kind: 'rewrite-history', directory, scope: 'repository', how }),
  );

const reflog: Tool = {
  options: globalOptions,
  subcommands: {
    expire: command(
      '--expire= --expire-unreachable= --all --updateref --rewrite --stale-fix -n,--dry-run --single-worktree -v,--verbose',
      (call, directory) => {
        if (!call.has('n')) call.effect({ kind: 'discard', what: 'reflog', directory });
      },
    ),
    delete: command('--updateref --rewrite -n,--dry-run -v,--verbose', (call, directory) => {
      if (!call.has('n')) call.effect({ kind: 'discard', what: 'reflog', directory });
    }),
  },
};

const commit = command(
  '-m,--message= -F,--file= -a,--all -p,--patch -C,--reuse-message= -c,--reedit-message= --amend --no-edit --fixup= --squash= ' +
    '--author= --date= -t,--template= -s,--signoff -n,--no-verify -q,--quiet -v,--verbose -S,--gpg-sign?= --trailer= -u,--untracked-files?= ' +
    '--allow-empty --allow-empty-message --cleanup= -o,--only -i,--include --pathspec-from-file= --dry-run --short --porcelain --branch',
  (call, directory) => {
    if (call.has('n')) call.effect(hooksSkipped);
    if (call.has('amend') && !call.has('dry-run'))
      call.effect({ kind: 'rewrite-history', directory, scope: 'commits', how: 'replaces the last commit' });
  },
);

const rebase = command(
  '-i,--interactive --onto= --continue --abort --skip --quit --edit-todo --show-current-patch -x,--exec= -m,--merge -s,--strategy= ' +
    '-X,--strategy-option= --root -r,--rebase-merges?= --autostash --no-autostash --autosquash -f,--force-rebase -q,--quiet -v,--verbose ' +
    '--keep-base --update-refs --fork-point --signoff -S,--gpg-sign?= --committer-date-is-author-date --ignore-date --empty= --whitespace= -C=',
  (call, directory) => {
    for (const exec of call.all('x')) call.script(exec);
    if (call.has('continue', 'abort', 'skip', 'quit', 'edit-todo', 'show-current-patch')) return;
    call.effect({
      kind: 'rewrite-history',
      directory,
      scope: 'commits',
      how: 'replays commits of this branch as new ones',
    });
  },
);

const updateRef = command('-d --no-deref --create-reflog -m= --stdin -z', (call, directory) => {
  const [ref] = call.options.operands;
  if (call.has('d') && ref !== undefined)
    call.effect({
      kind: 'delete-branch',
      directory,
      branch: ref.text.replace(/^refs\/heads\//, ''),
      forced: true,
    });
  else
    call.effect({
      kind: 'rewrite-history',
      directory,
      scope: 'branch',
      branch: (ref?.text ?? '').replace(/^refs\/heads\//, ''),
      how: `points ${ref?.text ?? 'references'} at another commit`,
    });
});

const remove = command(
  '-f,--force -r --cached -n,--dry-run -q,--quiet --ignore-unmatch --sparse --pathspec-from-file= --pathspec-file-nul',
  call => {
    if (call.has('cached', 'n')) return;
    for (const path of places(call, call.options.operands)) {
      // Without -f git itself refuses where anything would be lost.
      if (call.has('f')) call.effect({ kind: 'delete', path, recursive: call.has('r'), manner: 'remove' });
      else call.effect({ kind: 'write', path, manner: 'move' });
    }
  },
);

const bisect: Tool = {
  options: globalOptions,
  subcommands: { run: { style: { stopAtOperand: true }, run: call => call.run(call.options.operands) } },
};

const submodule: Tool = {
  options: globalOptions,
  subcommands: {
    foreach: {
      options: '--recursive -q,--quiet',
      style: { stopAtOperand: true },
      run: call => {
        const [first, ...rest] = call.options.operands;
        if (first === undefined) return undefined;
        return rest.length > 0 ? call.run(call.options.operands) : call.script(first);
      },
    },
    deinit: command('-f,--force --all -q,--quiet', (call, directory) => {
      if (call.has('f'))
        call.effect({
          kind: 'discard',
          what: 'changes',
          directory,
          paths: places(call, call.options.operands),
        });
    }),
  },
};

const add = command(
  '-n,--dry-run -v,--verbose -f,--force -i,--interactive -p,--patch -e,--edit -u,--update -A,--all --no-all -N,--intent-to-add --refresh --ignore-errors --chmod= --pathspec-from-file= --renormalize',
  call => {
    if (call.has('n')) return;
    for (const path of places(call, call.options.operands))
      if (isSecretFile(path.absolute ?? path.text))
        call.effect({
          kind: 'write-secret',
          what: `the file ${path.text}`,
          into: 'the history of the repository',
        });
  },
);

const readTree = command(
  '-m -u -i --reset --prefix= --index-output= -n,--dry-run -v --trivial --aggressive --empty -q --recurse-submodules?=',
  (call, directory) => {
    if (call.has('reset') && call.has('u') && !call.has('n'))
      call.effect({ kind: 'discard', what: 'changes', directory });
  },
);

const checkoutIndex = command(
  '-f,--force -a,--all -q -n -u --prefix= --stage= --temp -z --stdin',
  (call, directory) => {
    if (call.has('f') && !call.has('prefix', 'temp'))
      call.effect({ kind: 'discard', what: 'changes', directory });
  },
);

const gc = command(
  '--prune?= --no-prune --aggressive --auto -q,--quiet --force --keep-largest-pack',
  (call, directory) => {
    const prune = call.value('prune')?.text;
    if (prune === 'now' || prune === 'all') call.effect({ kind: 'discard', what: 'reflog', directory });
  },
);

const prune = command('-n,--dry-run -v,--verbose --progress --expire=', (call, directory) => {
  if (!call.has('n')) call.effect({ kind: 'discard', what: 'reflog', directory });
});

const git: Tool = {
  options: globalOptions,
  style: { abbreviations: true },
  subcommands: {
    push,
    reset,
    checkout,
    switch: switchTo,
    restore,
    clean,
    stash,
    branch,
    worktree,
    reflog,
    commit,
    rebase,
    add,
    bisect,
    clone,
    config,
    credential: {
      options: globalOptions,
      subcommands: {
        fill: command('', call => {
          if (!call.captured) call.effect({ kind: 'reveal-secret', what: 'the password of a remote' });
        }),
      },
    },
    'read-tree': readTree,
    'checkout-index': checkoutIndex,
    submodule,
    gc,
    prune,
    rm: remove,
    mv: command('-f,--force -k -n,--dry-run -v,--verbose --sparse', call => {
      if (call.has('n')) return;
      const moved = places(call, call.options.operands);
      for (const [index, path] of moved.entries())
        call.effect({ kind: 'write', path, manner: index < moved.length - 1 ? 'move' : 'replace' });
    }),
    apply: applyPatch,
    am: command(
      '-3,--3way --continue --abort --skip --quit -p= --directory= -s,--signoff -k -i,--interactive -q,--quiet',
      () => {},
    ),
    'update-ref': updateRef,
    'filter-branch': rewrites(
      'rewrites every commit of the branches it is given',
      '-f,--force --env-filter= --tree-filter= --index-filter= --msg-filter= --commit-filter= --tag-name-filter= --subdirectory-filter= --parent-filter= --prune-empty --original= -d= --setup=',
    ),
    'filter-repo': rewrites('rewrites the whole history of the repository'),
    replace: command(
      '-d,--delete -l,--list -f,--force -e,--edit --graft --format= --raw',
      (call, directory) => {
        if (call.has('l') || call.options.operands.length === 0) return;
        const how = 'makes git show other objects in place of the recorded ones';
        call.effect({ kind: 'rewrite-history', directory, scope: 'repository', how });
      },
    ),
    fetch,
    pull: fetch,
    lfs: {
      options: globalOptions,
      subcommands: {
        migrate: {
          options: globalOptions,
          subcommands: {
            import: rewrites('rewrites every commit that holds such files'),
            export: rewrites('rewrites every commit that holds such files'),
          },
        },
      },
    },
  },
  // A subcommand that is not in the table may be an alias, which can be any shell text at all.
  run: gitAlias,
};

export const gitFamily: Family = { git, 'git-filter-repo': filterRepo, bfg: filterRepo };
