import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pageOfRepository, repositoryAt, serverOf } from '../coordinator/github/address.ts';
import { agentBranchName } from '../coordinator/github/convention.ts';
import { type GitAnswer, runGit } from '../coordinator/github/git.ts';
import type { Remote } from '../coordinator/github/poll/remotes.ts';
import { InterlockError } from '../coordinator/kernel/errors.ts';

export interface NewWorktree {
  readonly branch: string;
  readonly worktree: string;
}

/**
 * Makes a branch for an agent's work at a task, from where the repository is now, and a worktree beside the repository in which
 * it is checked out. Where the branch is there already, it is checked out.
 * @throws InterlockError `not_found` where there is no repository or no commit, or the branch is checked out elsewhere;
 * `invalid_input` where the folder is taken.
 */
export async function addAgentWorktree(
  folder: string,
  { prefix, agentId, taskId }: { readonly prefix: string; readonly agentId: string; readonly taskId: string },
): Promise<NewWorktree> {
  const { stdout } = await inRepository(folder, [
    'rev-parse',
    '--path-format=absolute',
    '--show-toplevel',
    '--git-common-dir',
  ]);
  const [, commonDir = ''] = stdout.split('\n');
  const head = await runGit(folder, ['rev-parse', '--quiet', '--verify', 'HEAD^{commit}'], {
    accepts: [0, 1, 128],
  });
  if (head.code !== 0) throw noCommit(folder);
  const branch = agentBranchName(prefix, agentId, taskId);
  const repository = path.basename(commonDir) === '.git' ? path.dirname(commonDir) : commonDir;
  const worktree = path.join(
    path.dirname(repository),
    `${path.basename(repository, '.git')}-${branch.slice(prefix.length + 1).replaceAll('/', '-')}`,
  );
  if (await isThere(worktree)) throw folderTaken(worktree);
  const ref = `refs/heads/${branch}`;
  const known = await runGit(folder, ['show-ref', '--verify', '--quiet', ref], { accepts: [0, 1] });
  const how = known.code === 0 ? [worktree, branch] : ['-b', branch, worktree, head.stdout.trim()];
  await runGit(folder, ['worktree', 'add', '--quiet', ...how]);
  return { branch, worktree };
}

/**
 * Pushes one branch under its own name, and makes the remote its upstream. A branch that the remote has otherwise is not
 * replaced. @throws InterlockError `not_found` with git's own words.
 */
export async function pushBranch(folder: string, branch: string, remote: string): Promise<void> {
  const ref = `refs/heads/${branch}`;
  await inRepository(folder, ['push', '--quiet', '--set-upstream', '--', remote, `${ref}:${ref}`]);
}

/** Hosts that are known to be no GitHub; any other may be a GitHub Enterprise. */
const elsewhere =
  /(?:^|\.)(?:gitlab\.com|bitbucket\.org|codeberg\.org|sr\.ht|dev\.azure\.com|visualstudio\.com)$/;

/**
 * The page of a repository on GitHub, without a slash at its end; undefined for a local address or another host. Names and passwords in the
 * address are left out.
 * @param enterprise the address of a GitHub Enterprise Server; empty where none is set
 */
export function pageOf(address: string, enterprise = ''): string | undefined {
  const at = repositoryAt(address);
  if (!at || elsewhere.test(at.host)) return undefined;
  return pageOfRepository(serverOf(at.host, enterprise)?.pages ?? `https://${at.host}`, at);
}

/**
 * The page on which a pull request for the branch begins: from the repository that it was pushed to, into the one that that is a
 * fork of where a remote `upstream` says so.
 */
export function pullRequestPage(
  remotes: readonly Remote[],
  pushedTo: string,
  branch: string,
  enterprise = '',
): string | undefined {
  const pushed = remotes.find(({ name }) => name === pushedTo);
  const page = pushed && pageOf(pushed.address, enterprise);
  if (page === undefined) return undefined;
  const upstream = remotes.find(({ name }) => name === 'upstream' && name !== pushedTo);
  const into = (upstream && pageOf(upstream.address, enterprise)) ?? page;
  const escaped = branch.split('/').map(encodeURIComponent).join('/');
  const [owner] = page.split('/').slice(-2);
  return `${into}/compare/${into === page ? escaped : `${owner}:${escaped}`}?expand=1`;
}

/** @throws InterlockError `not_found` that says that the folder is in no repository, where it is in none. */
async function inRepository(folder: string, args: readonly string[]): Promise<GitAnswer> {
  const { code } = await runGit(folder, ['rev-parse', '--git-dir'], { accepts: [0, 128] });
  if (code === 0) return runGit(folder, args);
  throw new InterlockError('not_found', `${folder} is in no repository of git.`, {
    next: 'Open a folder of a repository, or make it one with git init.',
  });
}

function noCommit(folder: string): InterlockError {
  return new InterlockError(
    'not_found',
    `The repository of ${folder} has no commit yet: a branch has nowhere to begin.`,
    {
      next: 'Make a first commit.',
    },
  );
}

function folderTaken(worktree: string): InterlockError {
  return new InterlockError('invalid_input', `${worktree} is there already.`, {
    next: 'It may be the worktree from before: open it, or remove it with git worktree remove.',
  });
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
