import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { git } from '../repository.ts';

/** Puts a commit of these files onto a branch that begins where `from` is, without checking anything out elsewhere. */
export function commitOn(
  folder: string,
  branch: string,
  files: Readonly<Record<string, string | null>>,
  from = 'main',
): string {
  const before = git(folder, 'symbolic-ref', '--quiet', '--short', 'HEAD');
  const isThere = git(folder, 'for-each-ref', `refs/heads/${branch}`) !== '';
  if (isThere) git(folder, 'checkout', '--quiet', branch);
  else git(folder, 'checkout', '--quiet', '-b', branch, from);
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    if (text === null) rmSync(file);
    else {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', `work on ${branch}`);
  const tip = git(folder, 'rev-parse', 'HEAD');
  git(folder, 'checkout', '--quiet', before);
  return tip;
}

/** A text of so many numbered lines, some of them replaced. */
export function numbered(lines: number, replaced: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: lines }, (_, index) => `${replaced[index + 1] ?? `line ${index + 1}`}\n`).join(
    '',
  );
}

/** Makes the last commit of a branch one of another time. */
export function amendOn(folder: string, branch: string, at: Date): void {
  const [tree, parent] = git(folder, 'rev-parse', `${branch}^{tree}`, `${branch}^`).split('\n');
  importCommits(folder, [{ branch, parent: parent ?? '', tree: tree ?? '', at }]);
}

interface ImportedCommit {
  readonly branch: string;
  /** A commit or a branch. */
  readonly parent: string;
  /** What it holds, or the files that it changes. */
  readonly tree?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly at?: Date;
}

/** Puts one commit onto each branch, all of them at once. */
export function importCommits(folder: string, commits: readonly ImportedCommit[]): void {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const input = commits.map(({ branch, parent, tree, files = {}, at = new Date() }) =>
    [
      `commit refs/heads/${branch}\n`,
      `committer Ann <ann@example.org> ${Math.floor(at.getTime() / 1000)} +0000\n`,
      data(`work on ${branch}`),
      `from ${parent}\n`,
      ...(tree === undefined ? [] : [`M 040000 ${tree} \n`]),
      ...Object.entries(files).map(([name, text]) => `M 100644 inline ${name}\n${data(text)}`),
    ].join(''),
  );
  execFileSync('git', ['-C', folder, 'fast-import', '--quiet', '--force'], { input: input.join('') });
}
