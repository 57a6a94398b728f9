import { command, movesBranch } from './git-command.ts';
import { hostOf } from './network.ts';

export const clone = command(
  '-b,--branch= -o,--origin= --depth= --reference= -c,--config= --filter= --separate-git-dir= -j,--jobs= -u,--upload-pack= --template= --shallow-since= --server-option= ' +
    '-q,--quiet -v,--verbose --progress -n,--no-checkout --bare --mirror --recursive,--recurse-submodules?= --single-branch --no-single-branch -l,--local -s,--shared --sparse --no-tags',
  call => {
    const [from] = call.options.operands;
    for (const program of call.all('u')) call.script(program);
    const host = from === undefined || !/:/.test(from.text) ? undefined : hostOf(from.text);
    if (host !== undefined) call.effect({ kind: 'contact', host, purpose: 'clone' });
  },
);

/** `fetch origin +main:main` moves a branch of this repository, whatever it pointed at. */
export const fetch = command(
  '-a,--all -p,--prune -P,--prune-tags -f,--force -t,--tags -n,--no-tags --depth= --deepen= --unshallow -j,--jobs= -q,--quiet -v,--verbose ' +
    '-r,--rebase?= --no-rebase --ff-only --ff --no-ff --autostash --no-edit --squash -s,--strategy= -X,--strategy-option= --set-upstream -k,--keep ' +
    '--dry-run --multiple --recurse-submodules?= --shallow-since= --refmap= --filter= --negotiation-tip= -o,--server-option= --progress --upload-pack= --allow-unrelated-histories',
  (call, directory) => {
    for (const program of call.all('upload-pack')) call.script(program);
    const [remote, ...refspecs] = call.options.operands;
    const host = remote !== undefined && /:/.test(remote.text) ? hostOf(remote.text) : undefined;
    if (host !== undefined) call.effect({ kind: 'contact', host, purpose: 'clone' });
    if (call.has('dry-run')) return;
    for (const refspec of refspecs) {
      const target = /^\+[^:]*:(?:refs\/heads\/)?(?!refs\/)(.+)$/.exec(refspec.text)?.[1];
      if (target !== undefined) movesBranch(call, directory, { ...refspec, text: target });
    }
  },
);
