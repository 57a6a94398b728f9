import { execFileSync } from 'node:child_process';
import { git } from '../repository.ts';

/** Puts a commit of these files onto a branch, which begins where `from` is; null removes one. Where it is checked out, so are they. */
export function commitOn(
  folder: string,
  branch: string,
  files: Readonly<Record<string, string | null>>,
  from = 'main',
): string {
  const known = git(folder, 'for-each-ref', '--format=%(refname)%(HEAD)', `refs/heads/${branch}`);
  const parent = known === '' ? from : `refs/heads/${branch}`;
  importCommits(folder, [{ branch, parent: `${parent}^0`, files }]);
  if (known.endsWith('*')) git(folder, 'reset', '--quiet', '--hard');
  return git(folder, 'rev-parse', `refs/heads/${branch}`);
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
  /** What it holds, or the files that it changes; null removes one. */
  readonly tree?: string;
  readonly files?: Readonly<Record<string, string | null>>;
  readonly at?: Date;
}

/** A path as fast-import reads it. */
function quoted(name: string): string {
  return /^"|\n/.test(name) ? JSON.stringify(name) : name;
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
      ...Object.entries(files).map(([name, text]) =>
        text === null ? `D ${quoted(name)}\n` : `M 100644 inline ${quoted(name)}\n${data(text)}`,
      ),
    ].join(''),
  );
  execFileSync('git', ['-C', folder, 'fast-import', '--quiet', '--force'], { input: input.join('') });
}
