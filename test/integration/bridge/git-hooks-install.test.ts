import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gitHooksStatus, installGitHooks, removeGitHooks } from '../../../src/bridge/git/install.ts';
import type { Program } from '../../../src/bridge/git/script.ts';
import { runGit, write } from '../../support/git/hooked.ts';
import { temporaryFolder } from '../../support/host/processes.ts';
import { git, makeRepository } from '../../support/repository.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let number = 0;
let repository: string;
/** Prints what it was called with, and what it was told; refuses where the file `refuse` is there. */
let program: Program;

beforeAll(async () => {
  folder = await temporaryFolder();
  const bridge = join(folder.path, 'bridge.cjs');
  write(
    folder.path,
    'bridge.cjs',
    `const fs = require('node:fs');
const input = process.argv[3] === 'pre-push' ? fs.readFileSync(0, 'utf8') : '';
console.error('INTERLOCK', ...process.argv.slice(2, 4), input.trim().split(' ')[2] ?? '');
process.exit(fs.existsSync('refuse') ? 1 : 0);
`,
  );
  program = { nodePath: process.execPath, bridge, home: folder.path };
});
afterAll(() => folder[Symbol.asyncDispose]());

beforeEach(() => {
  number += 1;
  repository = join(folder.path, `repository ${number}`);
  makeRepository(repository);
});

const run = (args: readonly string[], cwd = repository, variables = {}) =>
  runGit(folder.path, cwd, args, variables);

function commit(cwd = repository) {
  write(cwd, 'src/a.ts', `let a = ${Math.random()};\n`);
  return run(['commit', '-m', 'next', 'src/a.ts'], cwd);
}

function hookFile(name: string, text: string, mode = 0o755): void {
  write(repository, name, text);
  chmodSync(join(repository, name), mode);
}

/** Every file with its rights and its content, but for what git itself goes on writing. */
function everything(root = repository): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/^\.git\/(?:.*\/)?(?:objects|logs|refs|index|COMMIT_EDITMSG|ORIG_HEAD)(?:\/|$)/.test(name)) continue;
    const file = join(root, name);
    const at = lstatSync(file);
    if (at.isDirectory()) continue;
    const content = at.isSymbolicLink() ? readlinkSync(file) : readFileSync(file, 'utf8');
    found[name] = `${(at.mode & 0o777).toString(8)} ${content}`;
  }
  return found;
}

/** Installs twice, looks that both sides are asked, removes, and looks that all is as it was. */
async function thereAndBack(theirs: RegExp | undefined, where = repository): Promise<void> {
  const before = everything();
  await installGitHooks(where, program);
  const once = everything();
  expect(await installGitHooks(where, program)).toMatchObject({ installed: true });
  expect(everything()).toEqual(once);

  const { code, said } = commit(where);
  expect({ code, said }).toMatchObject({
    code: 0,
    said: expect.stringContaining('INTERLOCK git-hook pre-commit'),
  });
  if (theirs) expect(said).toMatch(theirs);
  write(where, 'refuse', '');
  expect(commit(where)).toMatchObject({ code: 1 });
  execFileSync('rm', [join(where, 'refuse')]);
  git(where, 'checkout', '--quiet', '--', 'src');

  await removeGitHooks(where);
  expect(await gitHooksStatus(where)).toMatchObject({ installed: false });
  expect({ ...everything(), 'src/a.ts': '' }).toEqual({ ...before, 'src/a.ts': '' });
  expect(commit(where).said).not.toContain('INTERLOCK');
}

describe('git hooks go in and come out again', () => {
  it('where there are none', () => thereAndBack(undefined));

  it('beside hooks that are there, which run first and may refuse', async () => {
    hookFile('.git/hooks/pre-commit', '#!/bin/sh\necho THEIRS >&2\n[ ! -e theirs-refuses ]\n');
    await thereAndBack(/THEIRS[\s\S]*INTERLOCK/);
    await installGitHooks(repository, program);
    write(repository, 'theirs-refuses', '');
    const { code, said } = commit();
    expect(code).toBe(1);
    expect(said).not.toContain('INTERLOCK');
  });

  it('beside a hook that is a link, and one that is no script of a shell', async () => {
    hookFile('tools/check.py', '#!/usr/bin/env node\nconsole.error("THEIRS");\n');
    symlinkSync('../../tools/check.py', join(repository, '.git/hooks/pre-commit'));
    await thereAndBack(/THEIRS[\s\S]*INTERLOCK/);
  });

  it('beside a hook that git does not run because it may not be executed', async () => {
    hookFile('.git/hooks/pre-commit', '#!/bin/sh\nexit 1\n', 0o644);
    await thereAndBack(undefined);
  });

  it('in a folder that core.hooksPath names inside the repository, where they are tracked', async () => {
    hookFile('.githooks/pre-commit', '#!/bin/sh\necho THEIRS >&2\n');
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '-m', 'hooks');
    git(repository, 'config', 'core.hooksPath', '.githooks');
    await thereAndBack(/THEIRS[\s\S]*INTERLOCK/);
  });

  it('in a folder that core.hooksPath names for all repositories, which stays as it is', async () => {
    const shared = join(folder.path, `shared-${number}`);
    write(shared, 'pre-commit', '#!/bin/sh\necho THEIRS >&2\n');
    write(shared, 'commit-msg', '#!/bin/sh\necho MESSAGE >&2\n');
    for (const name of ['pre-commit', 'commit-msg']) chmodSync(join(shared, name), 0o755);
    git(repository, 'config', 'core.hooksPath', shared);
    const before = everything(shared);
    await thereAndBack(/THEIRS[\s\S]*INTERLOCK[\s\S]*MESSAGE/);
    expect(everything(shared)).toEqual(before);
  });

  it('in a repository with husky, beside the folder that husky makes anew', async () => {
    const h = `#!/usr/bin/env sh\n. "$(dirname -- "$0")/h"\n`;
    write(
      repository,
      '.husky/_/h',
      '#!/usr/bin/env sh\nn=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\nexit $?\n',
    );
    for (const event of ['pre-commit', 'pre-push', 'prepare-commit-msg']) hookFile(`.husky/_/${event}`, h);
    write(repository, '.husky/_/.gitignore', '*');
    hookFile('.husky/pre-commit', 'echo THEIRS >&2\n', 0o644);
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '-m', 'husky');
    git(repository, 'config', 'core.hooksPath', '.husky/_');
    await thereAndBack(/THEIRS[\s\S]*INTERLOCK/);
  });

  it('from another worktree, for all of them', async () => {
    const other = join(folder.path, `worktree ${number}`);
    git(repository, 'worktree', 'add', '--quiet', '-b', 'side', other);
    await thereAndBack(undefined, other);
    await installGitHooks(other, program);
    expect(commit(repository).said).toContain('INTERLOCK git-hook pre-commit');
  });

  it('in the configuration of lefthook, which is kept with its comments', async () => {
    write(repository, 'lefthook.yml', 'pre-commit:\n  commands:\n    test:\n      run: npm test\n');
    write(
      repository,
      'lefthook-local.yml',
      '# mine\npre-commit:\n  commands:\n    lint:\n      run: npm run lint\n',
    );
    hookFile('.git/hooks/pre-commit', '#!/bin/sh\nlefthook run pre-commit "$@"\n');
    git(repository, 'add', '--all');
    const before = everything();
    expect(await installGitHooks(repository, program)).toMatchObject({ way: 'lefthook', installed: true });
    expect(readFileSync(join(repository, 'lefthook-local.yml'), 'utf8')).toMatch(
      /^# mine\npre-commit:\n {2}commands:\n {4}lint:\n[\s\S]*zz-interlock:\n {6}run: .*interlock\/pre-commit/,
    );
    expect(everything()['.git/hooks/pre-commit']).toBe(before['.git/hooks/pre-commit']);
    await removeGitHooks(repository);
    expect(everything()).toEqual(before);
  });
});

describe('a push', () => {
  it('tells both hooks what is pushed', async () => {
    const remote = join(folder.path, `remote-${number}.git`);
    git(folder.path, 'init', '--quiet', '--bare', remote);
    hookFile('.git/hooks/pre-push', '#!/bin/sh\nread -r ref _\necho "THEIRS $ref" >&2\n');
    await installGitHooks(repository, program);
    const { code, said } = run(['push', remote, 'main']);
    expect(code).toBe(0);
    expect(said).toMatch(/THEIRS refs\/heads\/main[\s\S]*INTERLOCK git-hook pre-push refs\/heads\/main/);
  });

  it('tells both where the hooks are tracked', async () => {
    const remote = join(folder.path, `remote-${number}.git`);
    git(folder.path, 'init', '--quiet', '--bare', remote);
    hookFile('.githooks/pre-push', '#!/bin/sh\nread -r ref _\necho "THEIRS $ref" >&2\n');
    git(repository, 'config', 'core.hooksPath', '.githooks');
    await installGitHooks(repository, program);
    const { said } = run(['push', remote, 'main']);
    expect(said).toMatch(/INTERLOCK git-hook pre-push refs\/heads\/main[\s\S]*THEIRS refs\/heads\/main/);
  });
});

it('hooks whose program is gone stop an agent and warn a person', async () => {
  await installGitHooks(repository, { ...program, bridge: join(folder.path, 'gone.mjs') });
  write(repository, 'src/a.ts', 'let b = 1;\n');
  const agent = run(['commit', '-a', '-m', 'next'], repository, { INTERLOCK_SESSION_ID: 'x' });
  expect(agent).toMatchObject({ code: 1, said: expect.stringContaining('was stopped') });
  expect(commit()).toMatchObject({ code: 0, said: expect.stringContaining('was NOT checked') });
});

it('a tracked hook that is no script of a shell is left alone, and said so', async () => {
  hookFile('.githooks/pre-commit', '#!/usr/bin/env python3\n');
  git(repository, 'config', 'core.hooksPath', '.githooks');
  const before = everything();
  await expect(installGitHooks(repository, program)).rejects.toThrow('is no shell script');
  expect(everything()).toEqual(before);
});

it('outside a repository there is nothing to install', async () => {
  mkdirSync(join(folder.path, 'plain'), { recursive: true });
  await expect(installGitHooks(join(folder.path, 'plain'), program)).rejects.toMatchObject({
    code: 'invalid_input',
  });
});
