import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import { askGit, gitLine } from './run-git.ts';

/** Where the hooks of a repository are, and whose the place is. */
export interface Layout {
  /** Root of the worktree. */
  readonly worktree: string;
  /** What all worktrees of the repository share. */
  readonly commonDir: string;
  /** Where our own scripts lie. */
  readonly ours: string;
  /** The folder that git looks into. */
  readonly hooks: string;
  /**
   * `own`: it is this repository's alone. `tracked`: it is a part of what is committed, as husky has it. `shared`: other
   * repositories use it too. `taken`: it is our own stand-in for a shared one.
   */
  readonly kind: 'own' | 'tracked' | 'shared' | 'taken';
  /** Where lefthook keeps what this clone adds to its configuration; undefined where lefthook has no part in it. */
  readonly lefthook?: string;
}

const lefthookNames = ['lefthook', '.lefthook', '.config/lefthook'];
const lefthookEndings = ['yml', 'yaml', 'toml', 'json', 'jsonc'];

/** @throws InterlockError `invalid_input` where the folder is in no worktree. */
export async function layoutOf(folder: string): Promise<Layout> {
  const { code, stdout } = await askGit(folder, [
    'rev-parse',
    '--path-format=absolute',
    '--show-toplevel',
    '--git-common-dir',
  ]);
  const [worktree, commonDir] = stdout.split('\n');
  if (code !== 0 || !worktree || !commonDir) {
    throw new InterlockError('invalid_input', `${folder} is in no worktree of git.`, {
      next: 'Go to the repository that shall have the hooks.',
    });
  }
  const named = await gitLine(worktree, ['rev-parse', '--git-path', 'hooks']);
  const hooks = resolve(worktree, named ?? join(commonDir, 'hooks'));
  const ours = join(commonDir, 'interlock');
  const lefthook = lefthookConfig(worktree);
  return { worktree, commonDir, ours, ...kindOf(worktree, commonDir, ours, hooks), ...lefthook };
}

function kindOf(
  worktree: string,
  commonDir: string,
  ours: string,
  hooks: string,
): Pick<Layout, 'hooks' | 'kind'> {
  if (hooks === join(ours, 'hooks')) return { hooks, kind: 'taken' };
  if (isInside(hooks, commonDir)) return { hooks, kind: 'own' };
  if (!isInside(hooks, worktree)) return { hooks, kind: 'shared' };
  // husky makes its folder anew with every install; what it runs lies beside that.
  const isHusky = basename(hooks) === '_' && existsSync(join(hooks, 'h'));
  return { hooks: isHusky ? dirname(hooks) : hooks, kind: 'tracked' };
}

function lefthookConfig(worktree: string): Pick<Layout, 'lefthook'> {
  for (const name of lefthookNames) {
    for (const ending of lefthookEndings) {
      if (!existsSync(join(worktree, `${name}.${ending}`))) continue;
      const local = lefthookEndings
        .map(other => join(worktree, `${name}-local.${other}`))
        .find(file => existsSync(file));
      return { lefthook: local ?? join(worktree, `${name}-local.yml`) };
    }
  }
  return {};
}

/** True where the file is one that lefthook wrote. */
export function isLefthook(file: string): boolean {
  return existsSync(file) && /\blefthook\b/.test(readFileSync(file, 'utf8'));
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}
