import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readAsset } from '../../../../src/coordinator/assets.ts';
import { createGuard } from '../../../../src/coordinator/guardrails/engine.ts';
import type { GuardContext } from '../../../../src/coordinator/guardrails/judgement.ts';
import { repositories } from '../../../../src/coordinator/guardrails/repository.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'guard-')));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const guard = await createGuard({ asset: readAsset });
let root = '';
let turn = 0;

function git(...args: string[]): string {
  const identity = [
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.com',
    '-c',
    'init.defaultBranch=main',
  ];
  return execFileSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
}

function write(path: string, content = 'x'): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Judged from outside the temporary directory's special treatment: the home is elsewhere, the facts are git's own. */
async function verdictOf(text: string, more: Partial<GuardContext> = {}) {
  const context: GuardContext = { trust: 2, home: '/home/nobody', repository: repositories(), ...more };
  return (await guard.judge({ command: { text, cwd: root } }, context)).verdict;
}

beforeEach(() => {
  root = join(base, `${turn++}`);
  mkdirSync(root);
  git('init', '-q');
  write('.gitignore', 'node_modules/\nmade/\n');
  write('src/app.ts');
  git('add', '.');
  git('commit', '-qm', 'first');
});

describe('the same command in different repositories', () => {
  test('a hard reset of a clean tree passes, of a dirty one asks', async () => {
    expect(await verdictOf('git reset --hard')).toBe('allow');
    write('src/app.ts', 'changed');
    expect(await verdictOf('git reset --hard')).toBe('ask');
    expect(await verdictOf('git checkout -- .gitignore')).toBe('allow');
    expect(await verdictOf('git checkout -- src')).toBe('ask');
  });

  test('an alias is followed in a worktree too, and a subcommand of somebody else is left alone there', async () => {
    git('config', 'alias.nuke', '!rm -rf src');
    git('worktree', 'add', '-q', 'tree');
    root = join(root, 'tree');
    expect(await verdictOf('git nuke')).toBe('ask');
    expect(await verdictOf('git lfs-something')).toBe('allow');
  });

  test('a hard reset to an older commit asks where that commit is on no other branch', async () => {
    write('src/app.ts', 'second');
    git('commit', '-qam', 'second');
    expect(await verdictOf('git reset --hard HEAD~1')).toBe('ask');
    git('branch', 'backup');
    expect(await verdictOf('git reset --hard HEAD~1')).toBe('allow');
  });

  test('cleaning asks where there is something git does not know', async () => {
    expect(await verdictOf('git clean -fd')).toBe('allow');
    write('notes.txt');
    expect(await verdictOf('git clean -fd')).toBe('ask');
    expect(await verdictOf('git clean -fd src')).toBe('allow');
  });

  test('a branch deleted by force asks where it alone holds commits', async () => {
    git('branch', 'same');
    expect(await verdictOf('git branch -D same')).toBe('allow');
    git('checkout', '-qb', 'ahead');
    write('src/app.ts', 'ahead');
    git('commit', '-qam', 'ahead');
    git('checkout', '-q', 'main');
    expect(await verdictOf('git branch -D ahead')).toBe('ask');
  });

  test('a lease passes to the branch that is checked out, and asks on the default branch and on others', async () => {
    expect(await verdictOf('git push --force-with-lease')).toBe('ask');
    git('checkout', '-qb', 'agent/work');
    expect(await verdictOf('git push --force-with-lease')).toBe('allow');
    expect(await verdictOf('git push --force-with-lease origin agent/other')).toBe('ask');
    expect(await verdictOf('git push')).toBe('allow');
    expect(await verdictOf('git push', { protectedBranches: ['agent/*'] })).toBe('ask');
  });

  test('stashes are only lost where there are any', async () => {
    expect(await verdictOf('git stash clear')).toBe('allow');
    write('src/app.ts', 'changed');
    git('stash');
    expect(await verdictOf('git stash clear')).toBe('ask');
  });
});

test('ignore rules answer for directories that do not exist yet, and tracked files are never ignored', async () => {
  const facts = await repositories()(root);
  expect(facts?.root).toBe(root);
  expect(await facts?.isIgnored(join(root, 'made'))).toBe(true);
  expect(await facts?.isIgnored(join(root, 'packages/a/node_modules'))).toBe(true);
  expect(await facts?.isIgnored(join(root, 'src'))).toBe(false);
  write('made/kept.txt');
  git('add', '-f', 'made/kept.txt');
  expect(await repositories()(root).then(fresh => fresh?.isIgnored(join(root, 'made')))).toBe(false);
});

test('outside any repository there are no facts, and nothing fails', async () => {
  expect(await repositories()(base)).toBeUndefined();
  expect(await repositories()(join(base, 'missing'))).toBeUndefined();
});

test('no git runs for a command that does nothing to a repository', async () => {
  const lookups: string[] = [];
  const repository: GuardContext['repository'] = async directory => {
    lookups.push(directory);
    return undefined;
  };
  for (const text of [
    'ls -la',
    'npm test',
    'git status',
    'git commit -m "x"',
    'echo hi > out.txt',
    'cat a | grep b',
  ])
    await verdictOf(text, { repository });
  expect(lookups).toEqual([]);
});

describe('what watches over agents, in a repository', () => {
  test('a stash or a clean-up that would take the settings of agents away asks', async () => {
    write('.claude/settings.json', '{}');
    expect(await verdictOf('git stash -u', { trust: 4 })).toBe('ask');
    expect(await verdictOf('git clean -fd', { trust: 4 })).toBe('ask');
    expect(await verdictOf('git stash', { trust: 4 })).toBe('allow');
    git('stash', '-u');
    expect(await verdictOf('git stash pop', { trust: 4 })).toBe('ask');
    git('stash', 'drop');
    write('src/app.ts', 'changed');
    git('stash');
    expect(await verdictOf('git stash pop', { trust: 4 })).toBe('allow');
  });

  test('a folder for hooks asks where those that are left behind ask Interlock', async () => {
    const elsewhere = 'git config core.hooksPath .githooks';
    expect(await verdictOf(elsewhere)).toBe('allow');
    write('.git/interlock/pre-commit', '#!/bin/sh\n');
    expect(await verdictOf(elsewhere)).toBe('ask');
    write('.githooks/pre-commit', '# >>> interlock >>>\n');
    expect(await verdictOf(elsewhere)).toBe('allow');
  });
});
