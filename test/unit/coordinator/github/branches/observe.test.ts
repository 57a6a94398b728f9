import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Convention, observeClone } from '../../../../../src/coordinator/github/branches/observe.ts';
import type { ObservedBranch } from '../../../../../src/coordinator/github/branches/observed.ts';
import { commitOn, importCommits } from '../../../../support/github/clone.ts';
import { git, makeRepository } from '../../../../support/repository.ts';

const usual: Convention = { prefix: 'agent', remotes: [], bases: [] };

describe('the branches of a clone', () => {
  let root: string;
  let folder: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'interlock-branches-')));
    folder = path.join(root, 'clone');
    mkdirSync(folder);
    makeRepository(folder, {
      'src/a.ts': 'a\nb\nc\nd\n',
      'src/b.ts': 'one\ntwo\nthree\nfour\n',
      'gone.txt': 'x\n',
    });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const observe = async (convention: Partial<Convention> = {}, where = folder) => {
    const observed = await observeClone(where, { ...usual, ...convention });
    if (!observed) throw new Error('no repository');
    return observed;
  };
  const branch = async (name: string, where = folder): Promise<ObservedBranch | undefined> =>
    (await observe({}, where)).branches.find(each => each.ref === name || each.branch === name);
  const filesOf = async (name: string, where = folder) => (await branch(name, where))?.files;

  test('say what each adds, changes, renames (both names) and removes since it left the base', async () => {
    git(folder, 'checkout', '--quiet', '-b', 'agent/ada/7');
    commitOnHead({ 'src/a.ts': 'a\nB\nc\nd\n', 'new.txt': 'n\n', 'gone.txt': null });
    git(folder, 'checkout', '--quiet', 'main');
    commitOn(folder, 'main', { 'elsewhere.ts': 'not of the branch\n' });
    expect(await branch('agent/ada/7')).toMatchObject({
      agent_id: 'ada',
      task_id: '7',
      remote: null,
      standing: 'open',
      files: [
        { path: 'gone.txt', change: 'removed' },
        { path: 'new.txt', change: 'added' },
        { path: 'src/a.ts', change: 'modified' },
        { path: 'src/renamed.ts', change: 'renamed', from: 'src/b.ts' },
      ],
    });
  });

  test('are those of the convention alone', async () => {
    for (const name of ['agent/ada', 'agents/ada/7', 'agent/a/b/c', 'feature/x', 'agent/bob/1']) {
      if (name !== 'agent/ada') git(folder, 'branch', name);
    }
    expect((await observe()).branches.map(each => each.branch)).toEqual(['agent/bob/1']);
    git(folder, 'branch', 'bot/ada/7');
    expect((await observe({ prefix: 'bot' })).branches.map(each => each.branch)).toEqual(['bot/ada/7']);
  });

  test('that were merged, squashed or picked hold nothing any more', async () => {
    commitOn(folder, 'agent/ada/merged', { 'm.txt': '1\n' });
    commitOn(folder, 'agent/ada/squashed', { 's.txt': '1\n', 'gone.txt': null });
    commitOn(folder, 'agent/ada/picked', { 'src/a.ts': 'a\nb\nc\nD\n' });
    commitOn(folder, 'agent/ada/open', { 'o.txt': '1\n' });
    git(folder, 'branch', 'agent/ada/even', 'main');
    git(folder, 'merge', '--quiet', '--no-ff', '--no-edit', 'agent/ada/merged');
    git(folder, 'merge', '--quiet', '--squash', 'agent/ada/squashed');
    git(folder, 'commit', '--quiet', '--message', 'squashed');
    git(folder, 'cherry-pick', 'agent/ada/picked');
    const standings = Object.fromEntries(
      (await observe()).branches.map(each => [each.task_id, each.standing]),
    );
    expect(standings).toEqual({
      merged: 'merged',
      squashed: 'merged',
      picked: 'merged',
      even: 'merged',
      open: 'open',
    });
  });

  test('that took in the base, or were rebased onto it, hold only their own work', async () => {
    commitOn(folder, 'agent/ada/took', { 'mine.txt': '1\n' });
    commitOn(folder, 'agent/ada/rebased', { 'own.txt': '1\n' });
    commitOn(folder, 'main', { 'theirs.txt': '1\n' });
    git(folder, 'checkout', '--quiet', 'agent/ada/took');
    git(folder, 'merge', '--quiet', '--no-edit', 'main');
    git(folder, 'checkout', '--quiet', 'agent/ada/rebased');
    git(folder, 'rebase', '--quiet', 'main');
    git(folder, 'checkout', '--quiet', 'main');
    expect(await filesOf('agent/ada/took')).toEqual([{ path: 'mine.txt', change: 'added' }]);
    expect(await filesOf('agent/ada/rebased')).toEqual([{ path: 'own.txt', change: 'added' }]);
  });

  test('that come from one another each hold all that is not merged', async () => {
    commitOn(folder, 'agent/ada/1', { 'one.txt': '1\n' });
    commitOn(folder, 'agent/bob/2', { 'two.txt': '1\n' }, 'agent/ada/1');
    expect((await filesOf('agent/bob/2'))?.map(file => file.path)).toEqual(['one.txt', 'two.txt']);
  });

  test('are seen on every remote, in its own words, through a bare repository, force pushes and deletions', async () => {
    const [origin, fork] = ['origin.git', 'fork.git'].map(name => path.join(root, name));
    for (const bare of [origin, fork]) git(root, 'clone', '--quiet', '--bare', folder, bare ?? '');
    git(folder, 'remote', 'add', 'origin', origin ?? '');
    git(folder, 'remote', 'add', 'team/fork', fork ?? '');
    commitOn(folder, 'agent/ada/7', { 'first.txt': '1\n' });
    git(folder, 'push', '--quiet', 'origin', 'agent/ada/7');
    git(folder, 'push', '--quiet', 'team/fork', 'agent/ada/7');
    git(folder, 'branch', '--quiet', '-D', 'agent/ada/7');
    git(folder, 'fetch', '--quiet', '--all');
    const refs = (await observe()).branches.map(({ ref, remote }) => [ref, remote]);
    expect(refs).toEqual([
      ['refs/remotes/origin/agent/ada/7', 'origin'],
      ['refs/remotes/team/fork/agent/ada/7', 'team/fork'],
    ]);
    expect((await observe({ remotes: ['origin'] })).branches).toHaveLength(1);

    commitOn(folder, 'agent/ada/7', { 'second.txt': '1\n' });
    git(folder, 'push', '--quiet', '--force', 'origin', 'agent/ada/7');
    expect(await filesOf('refs/remotes/origin/agent/ada/7')).toEqual([
      { path: 'second.txt', change: 'added' },
    ]);
    git(folder, 'push', '--quiet', 'origin', '--delete', 'agent/ada/7');
    expect(await branch('refs/remotes/origin/agent/ada/7')).toBeUndefined();
  });

  test('are compared with the default branch that the remote names', async () => {
    const bare = path.join(root, 'odd.git');
    git(folder, 'branch', '-M', 'main', 'production');
    git(root, 'clone', '--quiet', '--bare', folder, bare);
    git(root, 'clone', '--quiet', bare, 'other');
    const other = path.join(root, 'other');
    commitOn(other, 'agent/ada/7', { 'x.txt': '1\n' }, 'production');
    const observed = await observe({}, other);
    expect(observed.bases).toEqual(['refs/remotes/origin/production', 'refs/heads/production']);
    expect(observed.branches).toMatchObject([{ standing: 'open', files: [{ path: 'x.txt' }] }]);
  });

  test('are compared with the bases that the settings name', async () => {
    commitOn(folder, 'release', { 'r.txt': '1\n' });
    git(folder, 'branch', 'agent/ada/7', 'release');
    expect((await observe({ bases: ['release'] })).branches).toMatchObject([{ standing: 'merged' }]);
    expect((await observe()).branches).toMatchObject([{ standing: 'open', files: [{ path: 'r.txt' }] }]);
  });

  test('say in which worktree each is checked out', async () => {
    const there = path.join(root, 'there');
    git(folder, 'worktree', 'add', '--quiet', '-b', 'agent/ada/7', there);
    expect(await branch('agent/ada/7')).toMatchObject({ worktree: there });
    expect((await observe({}, there)).gitFolder).toBe((await observe()).gitFolder);
  });

  test('may have any name and any file that git allows', async () => {
    const name = ['agent/ada/$(touch$', '{IFS}pwned);`x`&|<>"\'!#%+,=π-é'].join('');
    const files = ['with "quotes" and \\', 'ünï/cödé.ts', 'tab\tand\nline', ' -rf', ':(glob)*'];
    commitOn(folder, name, Object.fromEntries(files.map(file => [file, '1\n'])));
    const seen = await branch(name);
    expect(seen).toMatchObject({ agent_id: 'ada', branch: name });
    expect(new Set(seen?.files.map(file => file.path))).toEqual(new Set(files));
  });

  test('whose names are no text are left out', async () => {
    const tip = git(folder, 'rev-parse', 'main');
    execFileSync('git', ['-C', folder, 'update-ref', '--stdin'], {
      input: Buffer.from(
        `create refs/heads/agent/\xff/7 ${tip}\ncreate refs/heads/agent/-x/8 ${tip}\n`,
        'latin1',
      ),
    });
    expect((await observe()).branches.map(each => each.branch)).toEqual(['agent/-x/8']);
  });

  test('hold a submodule that they move or take out, as the one path that it is', async () => {
    const module = path.join(root, 'module');
    mkdirSync(module);
    makeRepository(module, { 'in.txt': '1\n' });
    git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', module, 'lib');
    git(folder, 'commit', '--quiet', '--message', 'with a module');
    git(folder, 'checkout', '--quiet', '-b', 'agent/ada/7');
    git(path.join(folder, 'lib'), 'commit', '--quiet', '--allow-empty', '--message', 'more');
    git(folder, 'commit', '--quiet', '--all', '--message', 'move it');
    git(folder, 'checkout', '--quiet', '-b', 'agent/ada/8', 'main');
    git(folder, 'rm', '--quiet', '-f', 'lib');
    git(folder, 'commit', '--quiet', '--message', 'take it out');
    expect(await branch('agent/ada/7')).toMatchObject({
      standing: 'open',
      files: [{ path: 'lib', change: 'modified' }],
    });
    const out = await branch('agent/ada/8');
    expect(out).toMatchObject({ standing: 'open' });
    expect(out?.files).toContainEqual({ path: 'lib', change: 'removed' });
  });

  test('of a history that has nothing in common with the base hold everything', async () => {
    git(folder, 'checkout', '--quiet', '--orphan', 'agent/ada/root');
    git(folder, 'commit', '--quiet', '--message', 'from nothing');
    git(folder, 'checkout', '--quiet', 'main');
    commitOn(folder, 'main', { 'src/a.ts': 'other\n' });
    expect((await filesOf('agent/ada/root'))?.map(file => [file.path, file.change])).toEqual([
      ['gone.txt', 'added'],
      ['src/a.ts', 'added'],
      ['src/b.ts', 'added'],
    ]);
  });

  describe('in a clone that is not as usual', () => {
    test('shallow, say so where the history does not reach back, and hold nothing then', async () => {
      for (let step = 0; step < 4; step++) commitOn(folder, 'main', { 'step.txt': `${step}\n` });
      commitOn(folder, 'agent/ada/7', { 'x.txt': '1\n' }, 'main~3');
      git(root, 'clone', '--quiet', '--depth', '1', '--no-single-branch', `file://${folder}`, 'shallow');
      const observed = await observe({}, path.join(root, 'shallow'));
      expect(observed.oddities).toContain('shallow');
      expect(observed.branches).toMatchObject([{ standing: 'unknown', files: [], base: null }]);
      git(path.join(root, 'shallow'), 'fetch', '--quiet', '--unshallow');
      expect((await observe({}, path.join(root, 'shallow'))).branches).toMatchObject([
        { standing: 'open', files: [{ path: 'x.txt' }] },
      ]);
    });

    test('partial, fetch nothing to be looked at', async () => {
      commitOn(folder, 'agent/ada/7', { 'src/a.ts': 'a\nb\nc\nd\ne\n' });
      git(folder, 'config', 'uploadpack.allowFilter', 'true');
      git(root, 'clone', '--quiet', '--filter=blob:none', '--no-checkout', `file://${folder}`, 'partial');
      const partial = path.join(root, 'partial');
      rmSync(path.join(folder, '.git', 'HEAD'));
      expect((await observe({}, partial)).branches).toMatchObject([{ files: [{ path: 'src/a.ts' }] }]);
    });

    test('without a commit, without a remote, without a head, amid a rebase: it is said', async () => {
      const empty = path.join(root, 'empty');
      git(root, 'init', '--quiet', empty);
      expect(await observe({}, empty)).toMatchObject({ oddities: ['unborn', 'no_remote'], branches: [] });
      expect((await observe()).oddities).toEqual(['no_remote']);
      git(folder, 'checkout', '--quiet', '--detach');
      expect((await observe()).oddities).toEqual(['no_remote', 'detached']);
      git(folder, 'checkout', '--quiet', 'main');
      commitOn(folder, 'agent/ada/7', { 'src/a.ts': 'mine\n' });
      commitOn(folder, 'main', { 'src/a.ts': 'theirs\n' });
      git(folder, 'checkout', '--quiet', 'agent/ada/7');
      expect(() => git(folder, 'rebase', '--quiet', 'main')).toThrow();
      expect((await observe()).oddities).toEqual(['no_remote', 'rebasing']);
    });

    test('that has no branch by a usual name, and none that is named, is compared with nothing', async () => {
      git(folder, 'branch', '-M', 'main', 'odd');
      git(folder, 'branch', 'agent/ada/7');
      expect(await observe()).toMatchObject({ oddities: ['no_base', 'no_remote'], branches: [] });
    });

    test('and outside of any are none', async () => {
      expect(await observeClone(root, usual)).toBeUndefined();
      expect(await observeClone(path.join(root, 'not there'), usual)).toBeUndefined();
    });
  });

  test('may be a thousand, of which a few have the same tip or took in the base', async () => {
    const commits = Array.from({ length: 1_000 }, (_, index) => ({
      branch: `agent/a${index % 50}/${index}`,
      parent: `main~${index % 4}`,
      files: { [`src/${index % 20}/${index}.ts`]: `${index}\n`, 'src/a.ts': `${index}\n` },
    }));
    for (let step = 0; step < 4; step++) commitOn(folder, 'main', { 'step.txt': `${step}\n` });
    importCommits(folder, commits);
    git(folder, 'branch', 'agent/same/1', 'agent/a1/1');
    const { branches } = await observe();
    expect(branches).toHaveLength(1_001);
    for (const each of branches.filter(({ agent_id }) => agent_id !== 'same')) {
      const file = `src/${Number(each.task_id) % 20}/${each.task_id}.ts`;
      expect(each).toMatchObject({
        standing: 'open',
        files: [
          { path: file, change: 'added' },
          { path: 'src/a.ts', change: 'modified' },
        ].sort((a, b) => (a.path < b.path ? -1 : 1)),
      });
    }
  });

  test('are looked at anew only where something has changed', async () => {
    commitOn(folder, 'agent/ada/7', { 'x.txt': '1\n' });
    const first = await observe();
    expect(await observeClone(folder, usual, first)).toBe(first);
    commitOn(folder, 'agent/ada/7', { 'y.txt': '1\n' });
    expect(await observeClone(folder, usual, first)).not.toBe(first);
  });

  function commitOnHead(files: Readonly<Record<string, string | null>>): void {
    git(folder, 'mv', 'src/b.ts', 'src/renamed.ts');
    for (const [name, text] of Object.entries(files)) {
      if (text === null) rmSync(path.join(folder, name));
      else writeFileSync(path.join(folder, name), text);
    }
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '--message', 'work');
  }
});
