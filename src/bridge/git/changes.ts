import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { askGit, git, gitLine } from './run-git.ts';

/** Files that a commit changes; of what is staged, the commit that would be made. */
export interface Change {
  readonly commit?: string;
  readonly committed_at?: string;
  readonly paths: readonly string[];
}

/** What a push does to one ref of the remote. */
export interface PushedRef {
  readonly ref: string;
  readonly change: 'create' | 'update' | 'rewrite' | 'delete';
}

/** One line that git writes to the standard input of pre-push. */
interface PushLine {
  readonly localOid: string;
  readonly remoteRef: string;
  readonly remoteOid: string;
}

/**
 * What the commit that is being made changes, against all of its parents: what a merge takes as it is from one side was
 * somebody's commit there. A rename is the removal of one name and the addition of another. It is the index that git
 * gave the hook, so that `git commit -a` and `git commit <path>` are what they will be.
 */
export async function stagedChange(cwd: string): Promise<Change> {
  const merged = await otherParents(cwd);
  const against = async (parent: string[]) =>
    namesIn(
      await git(cwd, ['diff', '--cached', '--name-only', '--no-renames', '--no-ext-diff', '-z', ...parent]),
    );
  const [own = [], ...others] = await Promise.all([against([]), ...merged.map(oid => against([oid]))]);
  const paths = others.reduce((kept, names) => {
    const found = new Set(names);
    return kept.filter(name => found.has(name));
  }, own);
  return { paths };
}

/** What is merged into the branch by the commit that is being made. */
async function otherParents(cwd: string): Promise<readonly string[]> {
  const { code, stdout } = await askGit(cwd, ['rev-parse', '--quiet', '--verify', 'MERGE_HEAD']);
  if (code !== 0) return [];
  // An octopus merge has a line for each; `rev-parse` tells only the first.
  const file = await gitLine(cwd, ['rev-parse', '--git-path', 'MERGE_HEAD']);
  const text = file === undefined ? stdout : await readFile(resolve(cwd, file), 'utf8').catch(() => stdout);
  return text.split('\n').filter(line => /^[0-9a-f]{40,64}$/.test(line));
}

/** Every commit that a push would bring to the remote, and what happens to its refs. */
export async function pushedChanges(
  cwd: string,
  remote: string,
  input: string,
): Promise<{ readonly changes: readonly Change[]; readonly refs: readonly PushedRef[] }> {
  const lines = pushLines(input);
  const known = new Set<string>();
  const refs: PushedRef[] = [];
  for (const line of lines) {
    const has =
      !isZero(line.remoteOid) && (await gitLine(cwd, ['cat-file', '-t', line.remoteOid])) !== undefined;
    if (has) known.add(line.remoteOid);
    refs.push({ ref: line.remoteRef, change: await changeOf(cwd, line, has) });
  }
  const tips = lines.map(({ localOid }) => localOid).filter(oid => !isZero(oid));
  if (tips.length === 0) return { changes: [], refs };
  const isNamed =
    (await askGit(cwd, ['config', '--get-regexp', `^remote\\.${escaped(remote)}\\.`])).code === 0;
  const elsewhere = isNamed ? `--remotes=${remote}` : '--remotes';
  const revisions = [...tips, ...[...known].map(oid => `^${oid}`)];
  const listed = await git(
    cwd,
    ['rev-list', '--format=tformat:%H %cI', '--stdin', '--not', elsewhere],
    `${revisions.join('\n')}\n`,
  );
  const times = new Map<string, string>();
  for (const line of listed.split('\n')) {
    const [, oid, at] = /^([0-9a-f]{40,64}) (\S+)$/.exec(line) ?? [];
    if (oid !== undefined && at !== undefined) times.set(oid, at);
  }
  return { changes: await pathsOf(cwd, times), refs };
}

/**
 * The files that each commit changes against all of its parents.
 * @param times when each was made, by its id.
 */
async function pathsOf(cwd: string, times: ReadonlyMap<string, string>): Promise<readonly Change[]> {
  if (times.size === 0) return [];
  const output = await git(
    cwd,
    ['diff-tree', '--stdin', '--root', '-r', '-c', '--name-only', '--no-renames', '--no-ext-diff', '-z'],
    `${[...times.keys()].join('\n')}\n`,
  );
  const left = new Map(times);
  const changes: { commit: string; committed_at: string; paths: string[] }[] = [];
  for (const token of output.split('\0').map(text => text.replace(/^\n/, ''))) {
    const at = left.get(token);
    if (at !== undefined) {
      left.delete(token);
      changes.push({ commit: token, committed_at: at, paths: [] });
    } else if (token !== '') changes.at(-1)?.paths.push(token);
  }
  return changes;
}

/** A ref that the remote has and this repository has never seen cannot be a part of what is pushed: it is replaced. */
async function changeOf(
  cwd: string,
  { localOid, remoteOid }: PushLine,
  hasRemote: boolean,
): Promise<PushedRef['change']> {
  if (isZero(localOid)) return 'delete';
  if (isZero(remoteOid)) return 'create';
  if (!hasRemote) return 'rewrite';
  const { code } = await askGit(cwd, ['merge-base', '--is-ancestor', remoteOid, localOid]);
  return code === 0 ? 'update' : 'rewrite';
}

function pushLines(input: string): readonly PushLine[] {
  return input
    .split('\n')
    .map(line => line.split(' '))
    .flatMap(([, localOid, remoteRef, remoteOid]) =>
      localOid && remoteRef && remoteOid ? [{ localOid, remoteRef, remoteOid }] : [],
    );
}

function isZero(oid: string): boolean {
  return /^0+$/.test(oid);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function namesIn(output: string): string[] {
  return output.split('\0').filter(name => name !== '');
}
