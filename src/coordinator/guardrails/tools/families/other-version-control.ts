import type { Deed } from '../../effects.ts';
import { commandLine, destroys } from '../command-line.ts';
import type { Call, Family } from '../tool.ts';

/** Mercurial, Subversion, Jujutsu and Perforce: the same losses as git's, under other names. */
const discards =
  (what: Extract<Deed, { kind: 'discard' }>['what']) =>
  (call: Call): void =>
    call.effect({ kind: 'discard', what, directory: undefined });

const rewrites =
  (how: string) =>
  (call: Call): void =>
    call.effect({ kind: 'rewrite-history', directory: call.cwd, scope: 'repository', how });

export const otherVersionControlFamily: Family = {
  ...commandLine('hg', {
    options:
      '-R,--repository= -C,--clean -a,--all -r,--rev= -f,--force --cwd= -n,--dry-run --no-backup -I= -X=',
    harmlessWith: 'dry-run',
    acts: {
      revert: discards('changes'),
      'update|up|checkout|co -C|--clean': discards('changes'),
      'purge|clean': discards('untracked'),
      strip: rewrites('removes commits from the repository'),
      rollback: rewrites('takes the last transaction back'),
      'push -f|--force': destroys('pushes new heads over what others have'),
    },
  }),
  ...commandLine('svn', {
    options:
      '-R,--recursive -m,--message= -r,--revision= --depth= -q --force --remove-unversioned --remove-ignored -F=',
    acts: {
      revert: discards('changes'),
      'cleanup --remove-unversioned': discards('untracked'),
      'cleanup --remove-ignored': discards('ignored'),
      'delete|del|remove|rm': call => {
        if (call.options.operands.some(arg => /:\/\//.test(arg.text)))
          call.effect(destroys('deletes {} in the repository that everyone uses'));
      },
    },
  }),
  ...commandLine('jj', {
    options: '-R= -r,--revisions= --at-op=',
    acts: {
      'abandon|restore': discards('changes'),
      'op|operation abandon|restore|undo': rewrites('takes operations back'),
    },
  }),
  ...commandLine('p4', {
    options: '-c= -p= -u= -P= -a -n -y -f',
    harmlessWith: 'n',
    acts: {
      'revert|clean': discards('changes'),
      'obliterate|archive': rewrites('removes files with their whole history from the server'),
      'client|branch|label|user|depot -d': destroys('deletes {} on the server'),
    },
  }),
};
