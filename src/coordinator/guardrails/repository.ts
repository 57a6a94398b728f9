import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What rules ask about a repository. Every answer is undefined where git cannot tell, which never counts as harmless. */
export interface RepositoryFacts {
  /** The work tree's top directory, absolute. */
  readonly root: string;
  currentBranch(): Promise<string | undefined>;
  /** The branch the remote calls its default. */
  defaultBranch(): Promise<string | undefined>;
  /** Files with uncommitted changes, and files git does not know, among these paths (absent: anywhere). */
  changes(paths?: readonly string[]): Promise<{ tracked: number; untracked: number } | undefined>;
  /** True where the repository's own ignore rules cover the path, and no file in it is tracked all the same. */
  isIgnored(path: string): Promise<boolean | undefined>;
  /** True where git tracks the path, or any file below it. */
  holdsTracked(path: string): Promise<boolean | undefined>;
  /** Commits that no branch, tag or remote would hold any more if the current branch were moved to `target`. */
  commitsLostBy(target: string): Promise<number | undefined>;
  /** Commits that only this branch holds. */
  commitsOnlyOn(branch: string): Promise<number | undefined>;
  stashes(): Promise<number | undefined>;
  /** The files that a stash would bring back. */
  stashed(stash: string): Promise<readonly string[] | undefined>;
  /** True where the repository's hooks of git ask Interlock. */
  hooksAsk(): Promise<boolean | undefined>;
}

/** The repository a directory is in; undefined where there is none. */
export type RepositoryLookup = (directory: string) => Promise<RepositoryFacts | undefined>;

export interface RepositoryOptions {
  /** How long an answer may be reused, in milliseconds. Short: the tree changes under our feet. */
  readonly reuseMs?: number;
  /** How long git may take for one answer, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Reads facts with the user's git, one process for each fact that is asked for, none before. */
export function repositories(options: RepositoryOptions = {}): RepositoryLookup {
  const { reuseMs = 1_000, timeoutMs = 3_000 } = options;
  const cache = new Map<string, { at: number; answer: Promise<string | undefined> }>();

  const git: Git = (directory, args) => {
    const key = JSON.stringify([directory, args]);
    const now = performance.now();
    const known = cache.get(key);
    if (known !== undefined && now - known.at < reuseMs) return known.answer;
    for (const [old, entry] of cache) if (now - entry.at >= reuseMs) cache.delete(old);
    const answer = runGit(directory, args, timeoutMs);
    cache.set(key, { at: now, answer });
    return answer;
  };

  return async directory => {
    const root = await git(directory, ['rev-parse', '--show-toplevel']);
    return root === undefined || root === '' ? undefined : factsOf(root.replace(/\n$/, ''), directory, git);
  };
}

type Git = (directory: string, args: readonly string[]) => Promise<string | undefined>;

/** No optional locks and no fsmonitor: looking must neither disturb another git nor run what a repository configures. */
const quiet = ['--no-optional-locks', '-c', 'core.fsmonitor=false'];

function runGit(cwd: string, args: readonly string[], timeout: number): Promise<string | undefined> {
  return new Promise(resolve => {
    execFile(
      'git',
      [...quiet, ...args],
      { cwd, timeout, maxBuffer: 4 * 1024 * 1024, windowsHide: true },
      (error, stdout) => resolve(error === null ? stdout : undefined),
    );
  });
}

function factsOf(root: string, directory: string, git: Git): RepositoryFacts {
  const line = async (args: readonly string[]) => (await git(directory, args))?.trim() || undefined;
  const count = async (args: readonly string[]) => {
    const answer = await line(['rev-list', '--count', '--max-count=1000', ...args]);
    return answer === undefined ? undefined : Number(answer);
  };
  const currentBranch = () => line(['symbolic-ref', '--quiet', '--short', 'HEAD']);
  return {
    root,
    currentBranch,
    defaultBranch: async () => {
      const head = await line(['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']);
      return head?.replace(/^origin\//, '');
    },
    changes: async paths => {
      const list = paths === undefined || paths.length === 0 ? [] : ['--', ...paths];
      const status = await git(directory, [
        'status',
        '--porcelain=v1',
        '-z',
        '--untracked-files=normal',
        ...list,
      ]);
      if (status === undefined) return undefined;
      const entries = status.split('\0').filter(entry => /^[ MADRCUT?!]{2} /.test(entry));
      const untracked = entries.filter(entry => entry.startsWith('??')).length;
      return { tracked: entries.length - untracked, untracked };
    },
    isIgnored: async path => {
      // A rule such as `build/` only matches a directory; whether there is one yet does not matter here.
      const bare = path.replace(/\/+$/, '');
      const listed = await git(directory, ['check-ignore', '--', bare, `${bare}/`]);
      if (listed === undefined || listed === '') return false;
      const tracked = await git(directory, ['--literal-pathspecs', 'ls-files', '--', bare]);
      return tracked === undefined ? undefined : tracked === '';
    },
    holdsTracked: async path => {
      const tracked = await git(directory, ['--literal-pathspecs', 'ls-files', '--', path]);
      return tracked === undefined ? undefined : tracked !== '';
    },
    commitsLostBy: async target => {
      if (target.startsWith('-')) return undefined;
      const branch = await currentBranch();
      const others = branch === undefined ? ['--branches'] : [`--exclude=${branch}`, '--branches'];
      return count(['HEAD', '--not', target, '--remotes', '--tags', ...others]);
    },
    commitsOnlyOn: async branch => {
      if (branch.startsWith('-')) return undefined;
      return count([
        `refs/heads/${branch}`,
        '--not',
        '--remotes',
        '--tags',
        `--exclude=${branch}`,
        '--branches',
      ]);
    },
    stashes: async () => {
      const list = await git(directory, ['stash', 'list', '--format=%H']);
      return list === undefined ? undefined : list.split('\n').filter(entry => entry !== '').length;
    },
    stashed: async stash => {
      if (stash.startsWith('-')) return undefined;
      const names = await git(directory, [
        'stash',
        'show',
        '--include-untracked',
        '--name-only',
        '-z',
        stash,
      ]);
      return names?.split('\0').filter(name => name !== '');
    },
    hooksAsk: async () => {
      const folder = await line(['rev-parse', '--path-format=absolute', '--git-common-dir']);
      return folder === undefined ? undefined : existsSync(`${folder}/interlock/pre-commit`);
    },
  };
}
