import picomatch from 'picomatch';
import type { EffectOf, PushedBranch } from '../effects.ts';
import type { GuardContext } from '../judgement.ts';
import type { RepositoryFacts } from '../repository.ts';
import { isKnown, readable } from '../shell/value.ts';
import { type RuleDefinition, rule } from './rule.ts';

/** Branches that by custom belong to everyone, where neither the remote nor the project names any. */
const customaryBranches = /^(?:main|master|trunk|develop|production|release(?:\/.*)?)$/;

async function factsAt(
  directory: string | undefined,
  elsewhere: boolean,
  context: GuardContext,
): Promise<RepositoryFacts | undefined> {
  if (directory === undefined || elsewhere || !isKnown(directory)) return undefined;
  return context.repository?.(directory);
}

function plural(count: number, noun: string): string {
  return `${count >= 1_000 ? 'at least 1000' : count} ${noun}${count === 1 ? '' : 's'}`;
}

const discardChanges = rule({
  id: 'git.discard-changes',
  kind: 'discard',
  category: 'git',
  severity: 'approval_required',
  minTrust: 3,
  why: 'Changes that were never committed are in no history and cannot be brought back.',
  suggestion: 'git stash push --include-untracked keeps them and gives the same clean tree.',
  judge: async (effect, context) => {
    if (effect.what !== 'changes') return undefined;
    const facts = await factsAt(effect.directory, effect.elsewhere, context);
    const changes = await facts?.changes(pathsOf(effect));
    if (changes === undefined) return { effect: `throws away uncommitted changes${where(effect)}` };
    if (changes.tracked === 0) return undefined;
    return {
      effect: `throws away uncommitted changes in ${plural(changes.tracked, 'file')}${where(effect)}`,
    };
  },
});

/** Paths git can be asked about; undefined where one of them is not known, so that the whole tree is asked about. */
function pathsOf(effect: EffectOf<'discard'>): readonly string[] | undefined {
  const paths = effect.paths?.map(path => path.absolute);
  return paths?.every(path => path !== undefined) ? paths : undefined;
}

function where(effect: EffectOf<'discard'>): string {
  if (effect.paths === undefined || effect.paths.length === 0) return '';
  const [first, ...rest] = effect.paths;
  return ` (${readable(first?.text ?? '')}${rest.length > 0 ? ` and ${rest.length} more` : ''})`;
}

const dropCommits = rule({
  id: 'git.drop-commits',
  kind: 'discard',
  category: 'git',
  severity: 'approval_required',
  minTrust: 3,
  why: 'Commits that no branch holds any more disappear with the next clean-up, and nobody looks for them there.',
  suggestion: 'Keep them with `git branch backup` first, or use `git revert`.',
  judge: async (effect, context) => {
    if (effect.what !== 'commits') return undefined;
    const target = effect.target ?? '';
    const facts = await factsAt(effect.directory, effect.elsewhere, context);
    const lost = isKnown(target) ? await facts?.commitsLostBy(target) : undefined;
    if (lost === 0) return undefined;
    const amount = lost === undefined ? 'commits' : plural(lost, 'commit');
    return { effect: `moves the branch to ${readable(target)} and leaves ${amount} on no branch` };
  },
});

const clean = rule({
  id: 'git.clean',
  kind: 'discard',
  category: 'git',
  severity: 'approval_required',
  minTrust: 3,
  why: 'Files git does not track are in no history: what clean removes is gone.',
  suggestion: '`git clean -n` shows what would go; `git stash -u` keeps it.',
  judge: async (effect, context) => {
    if (effect.what === 'ignored')
      return {
        effect: `deletes ignored files too, such as settings and credentials that exist only here${where(effect)}`,
      };
    if (effect.what !== 'untracked') return undefined;
    const facts = await factsAt(effect.directory, effect.elsewhere, context);
    const changes = await facts?.changes(pathsOf(effect));
    if (changes?.untracked === 0) return undefined;
    const amount = changes === undefined ? 'files' : plural(changes.untracked, 'path');
    return { effect: `deletes ${amount} that git does not track${where(effect)}` };
  },
});

const dropStash = rule({
  id: 'git.drop-stash',
  kind: 'discard',
  category: 'git',
  severity: 'approval_required',
  minTrust: 3,
  why: 'A stash is often the only copy of somebody’s unfinished work.',
  suggestion: '`git stash pop` takes it back; `git stash branch <name>` turns it into a branch.',
  judge: async (effect, context) => {
    if (effect.what !== 'stash') return undefined;
    const facts = await factsAt(effect.directory, effect.elsewhere, context);
    if ((await facts?.stashes()) === 0) return undefined;
    return { effect: 'deletes stashed work' };
  },
});

const dropWorktree = rule({
  id: 'git.drop-worktree',
  kind: 'discard',
  category: 'git',
  severity: 'approval_required',
  minTrust: 3,
  why: 'With --force git removes a worktree even where it holds uncommitted work, perhaps another agent’s.',
  suggestion: '`git worktree remove` without --force refuses exactly where something would be lost.',
  judge: async (effect, context) => {
    if (effect.what !== 'worktree') return undefined;
    const [path] = effect.paths ?? [];
    const facts = await factsAt(path?.absolute, effect.elsewhere, context);
    const changes = await facts?.changes();
    if (changes?.tracked === 0 && changes.untracked === 0) return undefined;
    return { effect: `removes the worktree${where(effect)} with any uncommitted work in it` };
  },
});

const dropReflog = rule({
  id: 'git.drop-reflog',
  kind: 'discard',
  category: 'git',
  severity: 'approval_required',
  minTrust: 3,
  why: 'The reflog and unreachable objects are what every other mistake with git is repaired from.',
  judge: effect =>
    effect.what === 'reflog'
      ? { effect: 'removes the records that lost commits could be recovered from' }
      : undefined,
});

/** Who may push to a branch: `project` said so in settings, `custom` by its name or as the remote's default. */
async function protection(
  branch: string | undefined,
  facts: RepositoryFacts | undefined,
  context: GuardContext,
): Promise<'project' | 'custom' | undefined> {
  if (branch === undefined) return undefined;
  const named = [...(context.protectedBranches ?? []), ...(context.projectRules?.protectedBranches ?? [])];
  if (named.some(glob => picomatch.isMatch(branch, glob))) return 'project';
  const usual = await facts?.defaultBranch();
  return branch === usual || customaryBranches.test(branch) ? 'custom' : undefined;
}

async function targets(
  effect: EffectOf<'push'>,
  facts: RepositoryFacts | undefined,
): Promise<PushedBranch[]> {
  const current = async () => facts?.currentBranch();
  if (effect.branches.length === 0) return [{ name: await current(), force: false, deletes: false }];
  return Promise.all(
    effect.branches.map(async branch =>
      branch.name === undefined ? { ...branch, name: await current() } : branch,
    ),
  );
}

const forcePush = rule({
  id: 'git.force-push',
  kind: 'push',
  category: 'git',
  severity: 'approval_required',
  minTrust: 5,
  why: 'A force push replaces published history: commits of others disappear, and everyone who has them must repair their clone.',
  suggestion: 'git push --force-with-lease to your own branch, or a plain push after git pull --rebase.',
  judge: async (effect, context) => {
    const forced = effect.force === 'yes' || effect.branches.some(branch => branch.force);
    if (!forced && effect.force !== 'lease') return undefined;
    const facts = await factsAt(effect.directory, effect.elsewhere, context);
    if (effect.everything) return { effect: `replaces every branch of ${remoteOf(effect)}` };
    for (const branch of await targets(effect, facts)) {
      if (effect.force === 'no' && !branch.force) continue;
      const name = branch.name === undefined ? 'the current branch' : `branch ${readable(branch.name)}`;
      const change = `replaces the published history of ${name} on ${remoteOf(effect)}`;
      if (effect.force === 'yes' || branch.force) return { effect: change };
      if ((await protection(branch.name, facts, context)) !== undefined) return { effect: change };
      const own = facts === undefined ? branch.name : await facts.currentBranch();
      // Outside any repository there is nothing to push, and no branch of others either.
      const unknownBranch = branch.name === undefined && facts !== undefined;
      if (unknownBranch || branch.name !== own) return { effect: change };
      // With a lease, to one's own unprotected branch: what is replaced is known, and it is nobody else's.
      return { effect: `${change}, if nobody else pushed to it`, severity: 'log' };
    }
    return undefined;
  },
});

function remoteOf(effect: EffectOf<'push'>): string {
  return effect.remote === undefined ? 'the remote' : readable(effect.remote);
}

const protectedPush = rule({
  id: 'git.protected-push',
  kind: 'push',
  category: 'git',
  severity: 'approval_required',
  minTrust: 5,
  why: 'The branch is protected: what lands on it is built, released or pulled by everyone.',
  suggestion: 'Push a branch of your own and open a pull request.',
  judge: async (effect, context) => {
    const facts = await factsAt(effect.directory, effect.elsewhere, context);
    for (const branch of await targets(effect, facts)) {
      const kind = await protection(branch.name, facts, context);
      if (kind === undefined) continue;
      const text = `pushes to ${branch.name}, which ${kind === 'project' ? 'this project protects' : 'everyone builds on'}`;
      return kind === 'project' ? { effect: text } : { effect: text, severity: 'warn' };
    }
    return undefined;
  },
});

const pushElsewhere = rule({
  id: 'git.push-to-address',
  kind: 'push',
  category: 'exfiltration',
  severity: 'approval_required',
  minTrust: 5,
  why: 'The code goes to a place that is not one of the repository’s own remotes.',
  suggestion: 'Push to a remote that a person has added.',
  judge: effect =>
    effect.remote !== undefined && /:\/\/|^[^/\s]+@[^/\s]+:/.test(effect.remote)
      ? { effect: `pushes to ${remoteOf(effect)}, which is an address and no remote` }
      : undefined,
});

const deleteRemote = rule({
  id: 'git.delete-remote-branch',
  kind: 'push',
  category: 'branch_deletion',
  severity: 'approval_required',
  minTrust: 5,
  why: 'A branch or tag deleted on the remote is gone for everyone, and pull requests built on it are closed.',
  judge: effect => {
    const deleted = effect.branches.find(branch => branch.deletes);
    if (deleted !== undefined)
      return { effect: `deletes ${readable(deleted.name ?? 'a branch')} on ${remoteOf(effect)}` };
    return effect.prunes
      ? { effect: `deletes every branch of ${remoteOf(effect)} that is not here` }
      : undefined;
  },
});

const deleteBranch = rule({
  id: 'git.delete-branch',
  kind: 'delete-branch',
  category: 'branch_deletion',
  severity: 'approval_required',
  minTrust: 3,
  why: 'Deleting a branch by force drops its commits even where nobody else has them.',
  suggestion: '`git branch -d` refuses exactly where something would be lost.',
  judge: async (effect, context) => {
    if (!effect.forced) return undefined;
    const facts = await factsAt(effect.directory, effect.elsewhere, context);
    const only = isKnown(effect.branch) ? await facts?.commitsOnlyOn(effect.branch) : undefined;
    if (only === 0) return undefined;
    const amount = only === undefined ? 'its commits' : `${plural(only, 'commit')} that nothing else holds`;
    return { effect: `deletes the branch ${readable(effect.branch)} with ${amount}` };
  },
});

const rewriteHistory = rule({
  id: 'git.rewrite-history',
  kind: 'rewrite-history',
  category: 'git',
  severity: 'approval_required',
  minTrust: 3,
  why: 'Rewritten commits have new identities: every clone, tag and pull request that knows the old ones breaks.',
  suggestion: 'Work on a fresh clone, and tell everyone before.',
  judge: effect => {
    // Amending and rebasing is how a branch is tidied before it is pushed; the force push afterwards is what asks.
    if (effect.scope === 'commits') return undefined;
    const own = effect.scope === 'branch' && !customaryBranches.test(effect.branch ?? '');
    return { effect: readable(effect.how), ...(own ? { severity: 'warn' as const } : {}) };
  },
});

export const gitRules: readonly RuleDefinition[] = [
  forcePush,
  protectedPush,
  pushElsewhere,
  deleteRemote,
  deleteBranch,
  discardChanges,
  dropCommits,
  clean,
  dropStash,
  dropWorktree,
  dropReflog,
  rewriteHistory,
];
