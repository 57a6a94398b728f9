import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endOwner } from '../../support/bridge/coordinators.ts';
import { runBridge } from '../../support/bridge/program.ts';
import { type Agent, openAgents, runGit, write } from '../../support/git/hooked.ts';
import { temporaryFolder } from '../../support/host/processes.ts';
import { git, makeRepository } from '../../support/repository.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: string;
let agents: Awaited<ReturnType<typeof openAgents>>;
let number = 0;
let repository: string;
let ada: Agent;

const asAda = { INTERLOCK_SESSION_ID: 'chat of ada' };
const asBob = { INTERLOCK_SESSION_ID: 'chat of bob' };

beforeAll(async () => {
  folder = await temporaryFolder();
  home = `${folder.path}/home`;
  await runBridge(['status'], { home, cwd: folder.path });
  agents = await openAgents(home);
});
afterAll(async () => {
  agents.close();
  await endOwner(home);
  await folder[Symbol.asyncDispose]();
});

beforeEach(async () => {
  number += 1;
  repository = `${folder.path}/repository-${number}`;
  makeRepository(repository, { 'src/a.ts': 'let a = 1;\nlet b = 1;\n', 'src/b.ts': 'let b = 1;\n' });
  expect((await runBridge(['git-hooks', 'install'], { home, cwd: repository })).code).toBe(0);
  ada = await agents.agent(repository, 'ada');
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

const lock = (agent: Agent, path: string) =>
  agent.call('acquire_lock', { file_path: path, reason: 'prices' });
const run = (args: readonly string[], variables = {}, cwd = repository) => runGit(home, cwd, args, variables);
const commit = (variables = {}) => run(['commit', '-m', 'second'], variables);
const change = (name: string, text = 'let changed = 1;\n') => {
  write(repository, name, text);
  git(repository, 'add', '--all', name);
};
const audited = async () => {
  const { records } = (await ada.call('query_audit', { operation: 'check_git_change' })) as {
    records: readonly { outcome: string; facts: Record<string, unknown> }[];
  };
  return records;
};

describe('a commit', () => {
  it('goes through where nobody holds what is in it', () => {
    change('src/a.ts');
    expect(commit()).toMatchObject({ code: 0 });
  });

  it('is stopped where another session holds a staged file, and says who, until when and why', async () => {
    await lock(ada, 'src/a.ts');
    change('src/a.ts');
    const { code, said } = commit();
    expect(code).toBe(1);
    expect(said).toMatch(/src\/a\.ts is locked by ada until 20\d\d-.*prices/);
    expect(said).toContain('INTERLOCK_OVERRIDE');
    expect((await audited())[0]).toMatchObject({ outcome: 'refused', facts: { event: 'pre-commit' } });
  });

  it('of the session that holds the file goes through, and another session’s is stopped', async () => {
    await lock(ada, 'src/a.ts');
    change('src/a.ts');
    await agents.agent(repository, 'bob');
    expect(commit(asBob)).toMatchObject({ code: 1, said: expect.stringContaining('You are bob') });
    expect(commit(asAda)).toMatchObject({ code: 0 });
  });

  it('of a chat whose terminal does not say so goes through after its call of git was let through', async () => {
    const hook = (payload: object) =>
      agents.coordinator.request('POST', '/hooks/vscode/PreToolUse', {
        body: { payload: { session_id: 'chat 7', cwd: repository, ...payload }, process: {} },
      });
    const file = join(repository, 'src/a.ts');
    await hook({ tool_name: 'create_file', tool_input: { filePath: file, content: '' } });
    change('src/a.ts');
    expect(commit()).toMatchObject({ code: 1 });
    await hook({ tool_name: 'run_in_terminal', tool_input: { command: 'git commit -m second' } });
    expect(commit()).toMatchObject({ code: 0 });
  });

  it('counts both names of a file that was renamed', async () => {
    await lock(ada, 'src/a.ts');
    await lock(ada, 'src/new-b.ts');
    renameSync(`${repository}/src/a.ts`, `${repository}/src/elsewhere.ts`);
    git(repository, 'add', '--all');
    expect(commit()).toMatchObject({ code: 1, said: expect.stringContaining('src/a.ts is locked') });
    git(repository, 'reset', '--quiet', '--hard');
    git(repository, 'mv', 'src/b.ts', 'src/new-b.ts');
    expect(commit()).toMatchObject({ code: 1, said: expect.stringContaining('src/new-b.ts is locked') });
  });

  it('of a part looks at what is staged, and not at what else was changed', async () => {
    await lock(ada, 'src/a.ts');
    write(repository, 'src/a.ts', 'let unstaged = 1;\n');
    change('src/b.ts');
    expect(commit()).toMatchObject({ code: 0 });
    expect(run(['commit', '-a', '-m', 'all'])).toMatchObject({ code: 1 });
    expect(run(['commit', '-m', 'one', 'src/a.ts'])).toMatchObject({ code: 1 });
  });

  it('is checked by what is staged where the worktree says otherwise', async () => {
    await lock(ada, 'src/a.ts');
    change('src/a.ts');
    write(repository, 'src/a.ts', 'let a = 1;\nlet b = 1;\n');
    expect(commit()).toMatchObject({ code: 1, said: expect.stringContaining('src/a.ts is locked') });
  });

  it('that deletes a file, or moves a submodule on, is checked by its name', async () => {
    const library = `${folder.path}/library-${number}`;
    makeRepository(library);
    git(repository, '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', library, 'lib');
    expect(commit()).toMatchObject({ code: 0 });
    await lock(ada, 'src/b.ts');
    await lock(ada, 'lib');
    git(repository, 'rm', '--quiet', 'src/b.ts');
    expect(commit()).toMatchObject({ code: 1, said: expect.stringContaining('src/b.ts is locked') });
    git(repository, 'reset', '--quiet', '--hard');
    git(
      `${repository}/lib`,
      '-c',
      'user.name=A',
      '-c',
      'user.email=a@b.c',
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      'on',
    );
    git(repository, 'add', 'lib');
    expect(commit()).toMatchObject({ code: 1, said: expect.stringContaining('lib is locked') });
  });

  it('with names that need quoting is checked by those names', async () => {
    await lock(ada, 'src/ö/ü “x” y.ts');
    change('src/ö/ü “x” y.ts');
    expect(commit()).toMatchObject({ code: 1 });
  });

  it('from a folder below the root and from another worktree is checked', async () => {
    await lock(ada, 'src/a.ts');
    change('src/a.ts');
    expect(run(['commit', '-m', 'below'], {}, `${repository}/src`)).toMatchObject({ code: 1 });
    const other = `${folder.path}/worktree-${number}`;
    git(repository, 'worktree', 'add', '--quiet', '-b', 'side', other);
    write(other, 'src/a.ts', 'let other = 1;\n');
    expect(runGit(home, other, ['commit', '-a', '-m', 'there'])).toMatchObject({
      code: 1,
      said: expect.stringContaining('src/a.ts is locked by ada'),
    });
  });

  it('that amends the last one is asked about what it adds alone', async () => {
    change('src/a.ts');
    expect(commit()).toMatchObject({ code: 0 });
    await lock(ada, 'src/a.ts');
    change('src/b.ts');
    expect(run(['commit', '--amend', '--no-edit'])).toMatchObject({ code: 0 });
  });

  it('that merges is asked about what it resolves, and not about what it takes from one side', async () => {
    git(repository, 'checkout', '--quiet', '-b', 'side');
    write(repository, 'src/a.ts', 'let side = 1;\n');
    write(repository, 'src/b.ts', 'let side = 1;\n');
    git(repository, 'commit', '--quiet', '-a', '-m', 'side', '--no-verify');
    git(repository, 'checkout', '--quiet', 'main');
    write(repository, 'src/b.ts', 'let main = 1;\n');
    git(repository, 'commit', '--quiet', '-a', '-m', 'main', '--no-verify');
    await lock(ada, 'src/a.ts');
    expect(run(['merge', 'side']).code).not.toBe(0);
    change('src/b.ts', 'let both = 1;\n');
    const bob = await agents.agent(repository, 'bob');
    await lock(bob, 'src/b.ts');
    expect(commit()).toMatchObject({ code: 1, said: expect.stringContaining('src/b.ts is locked by bob') });
    await bob.call('release_lock', { file_path: 'src/b.ts' });
    expect(commit()).toMatchObject({ code: 0 });
  });

  it('in the middle of a rebase is checked as any other, and the rebase goes on', async () => {
    change('src/a.ts');
    git(repository, 'commit', '--quiet', '-m', 'mine', '--no-verify');
    git(repository, 'checkout', '--quiet', '-b', 'side', 'HEAD~1');
    change('src/b.ts');
    git(repository, 'commit', '--quiet', '-m', 'side', '--no-verify');
    await lock(ada, 'src/b.ts');
    const edit = { GIT_SEQUENCE_EDITOR: "sed -i.bak 's/^pick/edit/'" };
    run(['rebase', '--interactive', 'main'], edit);
    change('src/b.ts', 'let edited = 1;\n');
    expect(run(['commit', '--amend', '--no-edit'])).toMatchObject({ code: 1 });
    git(repository, 'reset', '--quiet', '--hard');
    expect(run(['rebase', '--continue'])).toMatchObject({ code: 0 });
  });
});

describe('a person', () => {
  it('goes on with a reason for one call, which is on the record', async () => {
    await lock(ada, 'src/a.ts');
    change('src/a.ts');
    expect(run(['-c', 'interlock.override=the build is red', 'commit', '-m', 'fix'])).toMatchObject({
      code: 0,
      said: expect.stringContaining('is on the record'),
    });
    change('src/a.ts', 'let again = 1;\n');
    expect(commit({ INTERLOCK_OVERRIDE: 'and again' })).toMatchObject({ code: 0 });
    expect(await audited()).toMatchObject([
      { outcome: 'done', facts: { override: 'and again', person: 'Ann <ann@example.org>' } },
      { outcome: 'done', facts: { override: 'the build is red' } },
    ]);
  });

  it('cannot switch the check off for every call in the configuration', async () => {
    git(repository, 'config', 'interlock.override', 'always');
    change('src/a.ts');
    expect(commit()).toMatchObject({ code: 1, said: expect.stringContaining('local configuration') });
  });

  it('is warned and not stopped where no coordinator can be asked, and an agent is stopped', async () => {
    write(folder.path, 'broken', 'no folder');
    const broken = { INTERLOCK_HOME: `${folder.path}/broken/home` };
    change('src/a.ts');
    expect(commit({ ...broken, ...asAda })).toMatchObject({ code: 1 });
    expect(commit(broken)).toMatchObject({ code: 0, said: expect.stringContaining('was NOT checked') });
  });
});

it('an agent cannot override, whatever reason it gives', async () => {
  await lock(ada, 'src/a.ts');
  change('src/a.ts');
  const { code, said } = commit({ ...asBob, INTERLOCK_OVERRIDE: 'urgent' });
  expect(code).not.toBe(0);
  expect(said).toContain('only a person can');
});

describe('a push', () => {
  beforeEach(() => {
    git(folder.path, 'init', '--quiet', '--bare', `remote-${number}.git`);
    git(repository, 'remote', 'add', 'origin', `${folder.path}/remote-${number}.git`);
    expect(run(['push', '--quiet', '-u', 'origin', 'main'])).toMatchObject({ code: 0 });
    git(repository, 'checkout', '--quiet', '-b', 'topic');
  });

  it('is stopped where any of its commits was made past a lock that still holds', async () => {
    await lock(ada, 'src/a.ts');
    change('src/a.ts');
    git(repository, 'commit', '--quiet', '--no-verify', '-m', 'past the lock');
    const oid = git(repository, 'rev-parse', 'HEAD');
    change('src/b.ts');
    git(repository, 'commit', '--quiet', '--no-verify', '-m', 'on top');
    expect(run(['push', 'origin', 'topic'])).toMatchObject({
      code: 1,
      said: expect.stringContaining(`src/a.ts in commit ${oid.slice(0, 10)} is locked by ada`),
    });
    expect(run(['push', 'origin', 'topic'], asAda)).toMatchObject({ code: 0 });
  });

  it('of commits that are older than the lock goes through', async () => {
    change('src/a.ts');
    const before = { GIT_COMMITTER_DATE: new Date(Date.now() - 60_000).toISOString() };
    expect(commit(before)).toMatchObject({ code: 0 });
    await lock(ada, 'src/a.ts');
    expect(run(['push', 'origin', 'topic'])).toMatchObject({ code: 0 });
  });

  it('to a protected branch is for people, and rewriting or deleting it needs a reason', async () => {
    git(repository, 'checkout', '--quiet', 'main');
    change('src/a.ts');
    commit();
    expect(run(['push', 'origin', 'main'], asAda)).toMatchObject({
      code: 1,
      said: expect.stringContaining('changes the protected branch main'),
    });
    expect(run(['push', 'origin', 'main'])).toMatchObject({ code: 0 });
    git(repository, 'commit', '--quiet', '--amend', '--no-verify', '-m', 'rewritten');
    expect(run(['push', '--force', 'origin', 'main'])).toMatchObject({
      code: 1,
      said: expect.stringContaining('rewrites the protected branch main'),
    });
    expect(run(['push', '--delete', 'origin', 'main'])).toMatchObject({
      code: 1,
      said: expect.stringContaining('deletes the protected branch main'),
    });
    expect(
      run(['push', '--force', 'origin', 'main'], { INTERLOCK_OVERRIDE: 'a key slipped in' }),
    ).toMatchObject({ code: 0 });
    expect(run(['push', '--force', 'origin', 'topic'], asAda)).toMatchObject({ code: 0 });
  });
});
