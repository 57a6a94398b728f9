import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { remotesOf } from '../../../src/coordinator/github/poll/remotes.ts';
import {
  addAgentWorktree,
  pageOf,
  pullRequestPage,
  pushBranch,
} from '../../../src/extension/agent-branches.ts';
import { commitOn } from '../../support/github/clone.ts';
import { git, makeRepository } from '../../support/repository.ts';

describe('a branch and a worktree for an agent', () => {
  let root: string;
  let folder: string;
  const task = { prefix: 'agent', agentId: 'ada', taskId: '7' };

  beforeEach(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'interlock-worktree-')));
    folder = path.join(root, 'shop');
    mkdirSync(folder);
    makeRepository(folder);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test('are made beside the repository, from a folder in it or from another worktree of it', async () => {
    const made = await addAgentWorktree(path.join(folder, 'src'), task);
    expect(made).toEqual({ branch: 'agent/ada/7', worktree: path.join(root, 'shop-ada-7') });
    expect(git(made.worktree, 'symbolic-ref', '--short', 'HEAD')).toBe('agent/ada/7');
    const second = await addAgentWorktree(made.worktree, { ...task, taskId: '8' });
    expect(second.worktree).toBe(path.join(root, 'shop-ada-8'));
  });

  test('take a branch that is there already as it is', async () => {
    const tip = commitOn(folder, 'agent/ada/7', { 'x.txt': '1\n' });
    const { worktree } = await addAgentWorktree(folder, task);
    expect(git(worktree, 'rev-parse', 'HEAD')).toBe(tip);
  });

  test('are made on a detached head, and amid a rebase', async () => {
    git(folder, 'checkout', '--quiet', '--detach');
    await addAgentWorktree(folder, task);
    git(folder, 'checkout', '--quiet', 'main');
    commitOn(folder, 'other', { 'src/a.ts': 'mine\n' });
    commitOn(folder, 'main', { 'src/a.ts': 'theirs\n' });
    git(folder, 'checkout', '--quiet', 'other');
    expect(() => git(folder, 'rebase', '--quiet', 'main')).toThrow();
    await addAgentWorktree(folder, { ...task, taskId: '9' });
  });

  test('are refused without a repository, without a commit, and where the folder is taken', async () => {
    await expect(addAgentWorktree(root, task)).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('in no repository'),
    });
    const empty = path.join(root, 'empty');
    git(root, 'init', '--quiet', empty);
    await expect(addAgentWorktree(empty, task)).rejects.toMatchObject({
      message: expect.stringContaining('no commit'),
    });
    mkdirSync(path.join(root, 'shop-ada-7'));
    await expect(addAgentWorktree(folder, task)).rejects.toMatchObject({ code: 'invalid_input' });
    expect(git(folder, 'for-each-ref', 'refs/heads/agent')).toBe('');
  });

  test('stay inside the folder beside it, whatever the agent is called', async () => {
    const { worktree, branch } = await addAgentWorktree(folder, {
      ...task,
      agentId: '../../--force',
      taskId: '..',
    });
    expect(path.dirname(worktree)).toBe(root);
    expect(git(worktree, 'symbolic-ref', '--short', 'HEAD')).toBe(branch);
  });

  test('are pushed under their own name, and never over what the remote has', async () => {
    git(root, 'clone', '--quiet', '--bare', folder, 'origin.git');
    git(folder, 'remote', 'add', 'origin', path.join(root, 'origin.git'));
    const tip = commitOn(folder, 'agent/ada/7', { 'x.txt': '1\n' });
    await pushBranch(folder, 'agent/ada/7', 'origin');
    expect(git(path.join(root, 'origin.git'), 'rev-parse', 'agent/ada/7')).toBe(tip);
    git(folder, 'branch', '--quiet', '--force', 'agent/ada/7', 'main');
    commitOn(folder, 'agent/ada/7', { 'y.txt': '1\n' });
    await expect(pushBranch(folder, 'agent/ada/7', 'origin')).rejects.toMatchObject({
      message: expect.stringMatching(/rejected|non-fast-forward/),
    });
    expect(git(path.join(root, 'origin.git'), 'rev-parse', 'agent/ada/7')).toBe(tip);
  });

  test('know the remotes of the repository, of which there may be none', async () => {
    expect(await remotesOf(folder)).toEqual([]);
    git(folder, 'remote', 'add', 'fork', 'git@github.com:ada/shop.git');
    git(folder, 'remote', 'add', 'upstream', 'https://github.com/acme/shop');
    expect(await remotesOf(folder)).toEqual([
      { name: 'fork', address: 'git@github.com:ada/shop.git' },
      { name: 'upstream', address: 'https://github.com/acme/shop' },
    ]);
  });
});

test.each([
  ['https://github.com/acme/shop.git', 'https://github.com/acme/shop'],
  ['https://ada:token@github.com/acme/shop/', 'https://github.com/acme/shop'],
  ['git@github.com:acme/shop.git', 'https://github.com/acme/shop'],
  ['ssh://git@ssh.github.com:443/acme/shop.git', 'https://github.com/acme/shop'],
  ['ssh://git@git.example.com:2222/acme/shop', 'https://git.example.com/acme/shop'],
  ['https://git.example.com:8443/acme/shop', 'https://git.example.com:8443/acme/shop'],
  ['https://gitlab.com/acme/shop', undefined],
  ['/srv/git/shop.git', undefined],
  ['file:///srv/git/shop.git', undefined],
  ['../origin.git', undefined],
  ['C:\\git\\shop', undefined],
  ['https://github.com/acme', undefined],
])('the page of %s is %s', (address, page) => {
  expect(pageOf(address)).toBe(page);
});

describe('a pull request begins', () => {
  const origin = { name: 'origin', address: 'git@github.com:acme/shop.git' };
  const fork = { name: 'mine', address: 'https://github.com/ada/shop' };

  test('in the repository that the branch was pushed to', () => {
    expect(pullRequestPage([origin, fork], 'origin', 'agent/ada/7')).toBe(
      'https://github.com/acme/shop/compare/agent/ada/7?expand=1',
    );
  });

  test('in the one that it is a fork of, where that is the remote upstream', () => {
    expect(pullRequestPage([{ ...origin, name: 'upstream' }, fork], 'mine', 'agent/ada/a#b')).toBe(
      'https://github.com/acme/shop/compare/ada:agent/ada/a%23b?expand=1',
    );
  });

  test('nowhere for a remote that is no GitHub', () => {
    expect(
      pullRequestPage([{ name: 'origin', address: '/srv/shop.git' }], 'origin', 'agent/ada/7'),
    ).toBeUndefined();
  });
});
