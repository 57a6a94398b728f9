import type { PushedBranch } from '../../effects.ts';
import { isKnown } from '../../shell/value.ts';
import { command } from './git-command.ts';

export const push = command(
  '-f,--force --force-with-lease?= --force-if-includes --mirror --all --branches --tags --follow-tags -d,--delete --prune ' +
    '-n,--dry-run -u,--set-upstream -o,--push-option= --repo= --receive-pack= --exec= --signed?= --no-verify -q,--quiet ' +
    '-v,--verbose --progress --porcelain --atomic --recurse-submodules?= -4,--ipv4 -6,--ipv6',
  (call, directory) => {
    if (call.has('n', 'dry-run')) return;
    const [remote, ...refspecs] = call.options.operands;
    // With both, git refuses unless the lease holds for every branch that is pushed.
    const lease = call.has('force-with-lease');
    const force = lease ? 'lease' : call.has('f', 'mirror', 'force') ? 'yes' : 'no';
    const deletes = call.has('d', 'delete');
    const branches = refspecs.map(refspec => pushedBranch(refspec.text, deletes));
    const onlyNewTags = branches.length > 0 && branches.every(branch => branch === undefined);
    if (onlyNewTags && force === 'no') return;
    call.effect({
      kind: 'push',
      directory,
      remote: remote?.text ?? call.value('repo')?.text,
      branches: branches.filter(branch => branch !== undefined),
      force,
      everything: call.has('mirror', 'all', 'branches'),
      prunes: call.has('mirror', 'prune'),
    });
  },
);

/** `+src:dst`, `:dst`, `HEAD`; undefined for a plain tag that replaces nothing. */
function pushedBranch(refspec: string, deletes: boolean): PushedBranch | undefined {
  const force = refspec.startsWith('+');
  const [source = '', target] = refspec.replace(/^\+/, '').split(':');
  const name = (target ?? source).replace(/^refs\/heads\//, '');
  const removes = deletes || (target !== undefined && source === '' && target !== '');
  if (name.startsWith('refs/tags/') && !force && !removes) return undefined;
  const isRelative = name === 'HEAD' || name === '@' || name === '';
  return {
    name: isRelative || !isKnown(name) ? undefined : name,
    force,
    deletes: removes,
  };
}
