import { access } from 'node:fs/promises';
import path from 'node:path';
import { gitPieces, runGit } from '../git.ts';

/** A branch, local or as it was last fetched from a remote. */
export interface Ref {
  readonly ref: string;
  /** Null for a local branch. */
  readonly remote: string | null;
  /** Without what says where it is. */
  readonly name: string;
  readonly tip: string;
  readonly committedAt: Date;
}

/** What a clone has, before anything is compared. */
export interface CloneRefs {
  readonly gitFolder: string;
  readonly refs: readonly Ref[];
  /** `origin` → `refs/remotes/origin/main`, where the remote has said which is its default branch. */
  readonly defaults: ReadonlyMap<string, string>;
  readonly remotes: readonly string[];
  /** Full ref → worktree in which it is checked out. */
  readonly checkedOut: ReadonlyMap<string, string>;
  readonly isShallow: boolean;
  /** Objects that are not here come from elsewhere, one by one, whenever they are looked at. */
  readonly isPartial: boolean;
  readonly isUnborn: boolean;
  readonly isDetached: boolean;
  readonly isRebasing: boolean;
}

/** Reads the branches of the clone that a folder lies in; undefined where it lies in none. */
export async function readRefs(folder: string): Promise<CloneRefs | undefined> {
  const { code, stdout } = await runGit(
    folder,
    [
      'rev-parse',
      '--path-format=absolute',
      '--git-common-dir',
      '--absolute-git-dir',
      '--is-shallow-repository',
    ],
    { accepts: [0, 128] },
  );
  const [gitFolder, ownFolder, shallow] = stdout.split('\n');
  if (code !== 0 || !gitFolder || !ownFolder) return undefined;
  const [listed, configured, worktrees, head, rebasing] = await Promise.all([
    gitPieces(folder, ['for-each-ref', `--format=${refFormat}`, 'refs/heads', 'refs/remotes']),
    gitPieces(folder, ['config', '--null', '--get-regexp', String.raw`^remote\..*\.(url|promisor)$`], {
      accepts: [0, 1],
    }),
    gitPieces(folder, ['worktree', 'list', '--porcelain', '-z']),
    runGit(folder, ['symbolic-ref', '--quiet', 'HEAD'], { accepts: [0, 1] }),
    isRebasing(ownFolder),
  ]);
  const remotes = remotesIn(configured);
  const found = refsIn(listed, remotes);
  const headRef = head.code === 0 ? head.stdout.trim() : undefined;
  return {
    gitFolder,
    ...found,
    remotes,
    checkedOut: checkedOutIn(worktrees),
    isShallow: shallow === 'true',
    isPartial: configured.some(entry => /^remote\..*\.promisor\ntrue$/s.test(entry)),
    isUnborn: headRef !== undefined && !found.refs.some(({ ref }) => ref === headRef),
    isDetached: headRef === undefined,
    isRebasing: rebasing,
  };
}

/** Five fields and the line break that git puts behind each ref, all of them ended with NUL. */
const refFormat = '%(refname)%00%(objecttype)%00%(objectname)%00%(committerdate:unix)%00%(symref)%00';

function refsIn(pieces: readonly string[], remotes: readonly string[]): Pick<CloneRefs, 'refs' | 'defaults'> {
  const refs: Ref[] = [];
  const defaults = new Map<string, string>();
  for (let at = 0; at + 4 < pieces.length; at += 5) {
    const [ref = '', type, tip = '', seconds, symref] = pieces.slice(at, at + 5);
    const named = nameOf(ref.replace(/^\n/, ''), remotes);
    if (!named) continue;
    if (symref) {
      if (named.name === 'HEAD' && named.remote !== null) defaults.set(named.remote, symref);
    } else if (type === 'commit') {
      refs.push({ ...named, tip, committedAt: new Date(Number(seconds) * 1000) });
    }
  }
  return { refs, defaults };
}

/** A remote's name may hold slashes, so the longest that fits is the one. */
function nameOf(ref: string, remotes: readonly string[]): Pick<Ref, 'ref' | 'remote' | 'name'> | undefined {
  if (ref.startsWith('refs/heads/')) return { ref, remote: null, name: ref.slice('refs/heads/'.length) };
  const rest = ref.slice('refs/remotes/'.length);
  const [remote] = remotes.filter(each => rest.startsWith(`${each}/`)).sort((a, b) => b.length - a.length);
  return remote === undefined ? undefined : { ref, remote, name: rest.slice(remote.length + 1) };
}

/** Entries are a key, a line break and its value. */
function remotesIn(configured: readonly string[]): readonly string[] {
  const names = configured.map(entry => /^remote\.(.*)\.url\n/s.exec(entry)?.[1]);
  return [...new Set(names.filter(name => name !== undefined))];
}

function checkedOutIn(pieces: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let worktree = '';
  for (const piece of pieces) {
    if (piece.startsWith('worktree ')) worktree = piece.slice('worktree '.length);
    if (piece.startsWith('branch ')) found.set(piece.slice('branch '.length), worktree);
  }
  return found;
}

async function isRebasing(ownFolder: string): Promise<boolean> {
  const found = await Promise.all(
    ['rebase-merge', 'rebase-apply'].map(name => exists(path.join(ownFolder, name))),
  );
  return found.includes(true);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
