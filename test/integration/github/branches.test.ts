import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import { briefSession } from '../../../src/coordinator/briefing/brief-session.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { checkGitChange } from '../../../src/coordinator/git-changes/check.ts';
import { forecastConflicts } from '../../../src/coordinator/github/branches/forecast.ts';
import { listBranches } from '../../../src/coordinator/github/branches/list.ts';
import { trackClone } from '../../../src/coordinator/github/branches/tracking.ts';
import type { Settings } from '../../../src/coordinator/kernel/settings.ts';
import { checkLocks } from '../../../src/coordinator/locks/check.ts';
import { forceReleaseLock } from '../../../src/coordinator/locks/force-release.ts';
import { assignProfile } from '../../../src/coordinator/profiles/assign-profile.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { discoverAgents } from '../../../src/coordinator/sessions/discover.ts';
import { cleanupDeadAgents } from '../../../src/coordinator/sessions/end.ts';
import { registerSession } from '../../../src/coordinator/sessions/register.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { amendOn, commitOn, importCommits, numbered } from '../../support/github/clone.ts';
import { git } from '../../support/repository.ts';
import { type LockStand, openLockStand, refusal, type Worker } from '../locks/stand.ts';

interface Project {
  readonly project_id: string;
  readonly settings: Settings;
}

onEachDatabase('the branch of an agent', fixture => {
  let stand: LockStand;
  let bob: Worker;
  let remembered: Awaited<ReturnType<typeof trackClone>> | undefined;

  beforeEach(async () => {
    stand = await openLockStand(fixture.db, { repository: true });
    remembered = undefined;
    bob = await stand.chat('bob');
    // The clone is known, so that what is done from here on was done just now.
    await track();
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const project = () => stand.call(describeProject, {}) as Promise<Project>;
  const track = async () => {
    const { project_id: projectId, settings } = await project();
    const clone = { folder: stand.folder, foldsCase: false, projectId };
    remembered = await trackClone(stand.coordinator.corridor, clone, settings, remembered);
  };
  const onBranch = (name: string, files: Record<string, string | null>) =>
    commitOn(stand.folder, name, files);
  const held = async () => {
    const { locks } = (await stand.call(checkLocks, {})) as { locks: { file_path: string; mode: string }[] };
    return locks.filter(({ mode }) => mode === 'branch').map(({ file_path }) => file_path);
  };

  test('holds every file that it adds, changes, renames (both names) or removes: known mistake: removed files forgotten', async () => {
    onBranch('main', { 'old.ts': numbered(20), 'gone.ts': 'x\n', 'changed.ts': '1\n' });
    onBranch('agent/ada/7', {
      'old.ts': null,
      'new name.ts': numbered(20),
      'gone.ts': null,
      'changed.ts': '2\n',
      'ü/added.ts': 'y\n',
    });
    await track();
    expect((await held()).sort()).toEqual(['changed.ts', 'gone.ts', 'new name.ts', 'old.ts', 'ü/added.ts']);
    const shown = await stand.shown({ paths: ['old.ts'] });
    expect(shown).toMatchObject([
      {
        locked_by: 'ada',
        agent_type: 'github_branch',
        branch: 'agent/ada/7',
        yours: false,
        fence: 0,
        lock_reason: 'renamed there to new name.ts',
      },
    ]);
    const [lock] = shown;
    const minutes = (Date.parse(String(lock?.expires_at)) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(238);
    expect(minutes).toBeLessThanOrEqual(240.1);
  });

  test('tells an agent that is about to edit a file, and does not stop it', async () => {
    onBranch('agent/ada/7', { 'src/a.ts': '2\n' });
    await track();
    const verdict = await stand.write(bob, 'src/a.ts');
    expect(verdict).toMatchObject({ refusal: null, locks: [{ file_path: 'src/a.ts' }] });
    expect(verdict.advice).toEqual([
      'ada changes src/a.ts too, on branch agent/ada/7 (added there): expect to merge, or agree on who changes what.',
    ]);
    expect((await stand.write(bob, 'src/a.ts')).advice).toEqual([]);
    expect(await stand.acquire(await stand.worker('cleo'), 'src/other.ts')).toMatchObject({ success: true });
  });

  test('tells whoever takes a lock by name, which it gets', async () => {
    onBranch('agent/ada/7', { 'src/a.ts': '2\n' });
    await track();
    const cleo = await stand.worker('cleo');
    expect(await stand.as(cleo, checkLocks, { paths: ['src/a.ts'] })).toMatchObject({ free: ['src/a.ts'] });
    const answer = await stand.acquire(cleo, 'src/a.ts');
    expect(answer).toMatchObject({ success: true, action: 'acquired' });
    expect(answer.advice).toEqual([expect.stringContaining('on branch agent/ada/7')]);
  });

  test('is part of the briefing of the others', async () => {
    onBranch('agent/ada/7', { 'src/a.ts': '2\n' });
    await track();
    const { text } = (await stand.as(bob, briefSession, {})) as { text: string };
    expect(text).toMatch(/on branches: expect to merge[\s\S]*src\/a\.ts by ada on branch agent\/ada\/7/);
  });

  test('excludes where locks exclude across worktrees, but not at a commit on the branch itself', async () => {
    onBranch('agent/ada/7', { 'src/a.ts': '2\n' });
    await stand.configure({ 'locks.acrossWorktrees': 'exclude' });
    await track();
    expect(await stand.write(bob, 'src/a.ts')).toMatchObject({ refusal: { code: 'locked_by_other' } });
    const commit = { event: 'pre-commit', changes: [{ paths: ['src/a.ts'] }] };
    expect(await stand.call(checkGitChange, commit)).toMatchObject({ success: false });
    const there = path.join(stand.folder, '..', `${path.basename(stand.folder)}-ada`);
    git(stand.folder, 'worktree', 'add', '--quiet', there, 'agent/ada/7');
    await track();
    const own = {
      operation: checkGitChange,
      input: commit,
      credential: { kind: 'none' as const },
      door: 'hook' as const,
      cwd: there,
    };
    expect(await stand.coordinator.corridor.walk(own)).toMatchObject({ success: true });
    const ada = await stand.chat('ada', there);
    await track();
    expect(await stand.write(ada, 'src/a.ts')).toMatchObject({ refusal: null });
    rmSync(there, { recursive: true });
  });

  test('is no news to the session that works on it: in its worktree, at its task, or the only one of its agent', async () => {
    onBranch('agent/ada/7', { 'src/a.ts': '2\n' });
    const ada = await stand.chat('ada');
    await track();
    expect(await stand.write(ada, 'src/a.ts')).toMatchObject({ refusal: null, advice: [] });
    const { locks } = (await stand.as(ada, checkLocks, { paths: ['src/a.ts'] })) as {
      locks: { mode: string; yours: boolean }[];
    };
    expect(locks.filter(({ mode }) => mode === 'branch')).toMatchObject([{ yours: true }]);
  });

  test('of one session is news to another session of the same agent', async () => {
    onBranch('agent/ada/7', { 'src/a.ts': '2\n' });
    const one = await stand.chat('ada', await stand.worktree('elsewhere'));
    const other = await stand.chat('ada', await stand.worktree('other'));
    await track();
    for (const session of [one, other]) {
      expect((await stand.write(session, 'src/a.ts')).advice.join()).toContain('agent/ada/7');
    }
  });

  test('lets go when it is merged, squashed, reset or deleted', async () => {
    for (const name of ['merged', 'squashed', 'deleted', 'reset'])
      onBranch(`agent/ada/${name}`, { [`${name}.ts`]: '1\n' });
    await track();
    expect(await held()).toHaveLength(4);
    git(stand.folder, 'merge', '--quiet', '--no-ff', '--no-edit', 'agent/ada/merged');
    git(stand.folder, 'merge', '--quiet', '--squash', 'agent/ada/squashed');
    git(stand.folder, 'commit', '--quiet', '--message', 'squashed');
    git(stand.folder, 'branch', '--quiet', '-D', 'agent/ada/deleted');
    git(stand.folder, 'branch', '--quiet', '--force', 'agent/ada/reset', 'main');
    await track();
    expect(await held()).toEqual([]);
    const { agents } = (await stand.call(discoverAgents, {})) as { agents: { agent_type: string }[] };
    expect(agents.filter(({ agent_type }) => agent_type === 'github_branch')).toEqual([]);
  });

  test('holds what a force push left of it, and nothing that it gave up', async () => {
    onBranch('agent/ada/7', { 'first.ts': '1\n' });
    await track();
    git(stand.folder, 'branch', '--quiet', '--force', 'agent/ada/7', 'main');
    onBranch('agent/ada/7', { 'second.ts': '1\n' });
    await track();
    expect(await held()).toEqual(['second.ts']);
  });

  test('is held by a session of its own, which lives although it shows no sign of life, and for its agent’s name', async () => {
    onBranch('agent/ada/7', { 'src/a.ts': '2\n' });
    await track();
    const { agents } = (await stand.call(discoverAgents, {})) as { agents: object[] };
    expect(agents).toContainEqual(
      expect.objectContaining({ agent_id: 'ada', agent_type: 'github_branch', current_task: 'agent/ada/7' }),
    );
    await fixture.db.query(
      sql`update sessions set last_seen_at = now() - interval '3 hours' where agent_type = 'github_branch'`,
    );
    await stand.call(cleanupDeadAgents, { stale_threshold_minutes: 15 }, await stand.operator());
    expect(await held()).toEqual(['src/a.ts']);
  });

  test('cannot be passed for, nor force-released', async () => {
    onBranch('agent/ada/7', { 'src/a.ts': '2\n' });
    await track();
    const registering = stand.call(registerSession, { agent_type: 'github_branch', agent_id: 'ada' });
    expect(await refusal(registering)).toMatchObject({ code: 'operation_not_permitted' });
    const operator = await stand.operator();
    const forced = stand.call(forceReleaseLock, { file_path: 'src/a.ts', reason: 'because' }, operator);
    await expect(forced).rejects.toMatchObject({
      message: expect.stringContaining('agent/ada/7'),
      next: expect.stringContaining('Merge'),
    });
  });

  test('holds nothing where its agent may only read', async () => {
    onBranch('agent/ada/7', { 'src/a.ts': '2\n' });
    await stand.call(
      assignProfile,
      { agent_id: 'ada', profile: 'claude_code_web_reviewer', reason: 'reads' },
      await stand.operator(),
    );
    await track();
    expect(await held()).toEqual([]);
  });

  test('that rests for four hours holds nothing, and again when it moves', async () => {
    onBranch('agent/ada/7', { 'src/a.ts': '2\n' });
    await track();
    const { project_id } = await project();
    await fixture.db.query(
      sql`update agent_branches set moved_at = moved_at - interval '241 minutes' where project_id = ${project_id}`,
    );
    await track();
    expect(await held()).toEqual([]);
    onBranch('agent/ada/7', { 'src/a.ts': '3\n' });
    await track();
    expect(await held()).toEqual(['src/a.ts']);
  });

  test('whose last commit is old is at rest when its clone is seen for the first time', async () => {
    const { project_id } = await project();
    await fixture.db.query(sql`delete from clones where project_id = ${project_id}`);
    remembered = undefined;
    onBranch('agent/ada/7', { 'a.ts': '1\n' });
    onBranch('agent/ada/8', { 'b.ts': '1\n' });
    amendOn(stand.folder, 'agent/ada/7', new Date(Date.now() - 86_400_000));
    await track();
    expect(await held()).toEqual(['b.ts']);
  });

  test('of very many files holds their folders', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 700 }, (_, index) => [`gen/${index % 7}/${index}.ts`, '1\n']),
    );
    onBranch('agent/ada/7', many);
    await track();
    expect((await held()).sort()).toEqual(Array.from({ length: 7 }, (_, index) => `gen/${index}`));
    expect((await stand.write(bob, 'gen/3/new.ts')).advice.join()).toContain('agent/ada/7');
  });

  test('of hundreds is held like one, written in pieces, and let go together', async () => {
    const names = Array.from({ length: 230 }, (_, index) => `agent/a${index % 7}/${index}`);
    importCommits(
      stand.folder,
      names.map((branch, index) => ({ branch, parent: 'main', files: { [`f${index}.ts`]: '1\n' } })),
    );
    await track();
    expect((await held()).sort()).toEqual(names.map((_, index) => `f${index}.ts`).sort());
    importCommits(stand.folder, [
      { branch: 'agent/a0/0', parent: 'agent/a0/0', files: { 'more.ts': '1\n' } },
    ]);
    await track();
    expect(await held()).toHaveLength(231);
    git(stand.folder, 'branch', '--quiet', '-D', ...names);
    await track();
    expect(await held()).toEqual([]);
  });

  test('is listed with its files and where it was seen, and is on the record', async () => {
    onBranch('agent/ada/7', { 'src/a.ts': '2\n' });
    await track();
    expect(await stand.as(bob, listBranches, {})).toMatchObject({
      branches: [
        {
          branch: 'agent/ada/7',
          agent_id: 'ada',
          task_id: '7',
          standing: 'open',
          remote: null,
          files: [{ path: 'src/a.ts', change: 'added' }],
          files_total: 1,
        },
      ],
      clones: [{ folder: stand.folder, bases: ['refs/heads/main'], oddities: ['no_remote'] }],
    });
    await track();
    const { records } = (await stand.call(
      queryAudit,
      { operation: 'record_branches' },
      await stand.operator(),
    )) as { records: object[] };
    expect(records).toHaveLength(1);
  });

  describe('beside another one', () => {
    beforeEach(() => onBranch('main', { 'shared.ts': numbered(30), 'src/a.ts': numbered(3) }));
    const forecast = (input: object = {}) => stand.call(forecastConflicts, input);

    test('is forecast to conflict where both change the same lines, or one changes what the other removes', async () => {
      onBranch('agent/ada/7', { 'shared.ts': numbered(30, { 10: 'ada' }), 'src/a.ts': null });
      onBranch('agent/bob/8', {
        'shared.ts': numbered(30, { 10: 'bob', 25: 'bob' }),
        'src/a.ts': numbered(3, { 2: 'bob' }),
      });
      await track();
      const objects = git(stand.folder, 'count-objects');
      expect(await forecast()).toEqual({
        pairs: [
          {
            one: 'agent/ada/7',
            other: 'agent/bob/8',
            conflict: true,
            files: [
              {
                file_path: 'shared.ts',
                conflict: true,
                lines_one: [[10, 10]],
                lines_other: [
                  [10, 10],
                  [25, 25],
                ],
              },
              { file_path: 'src/a.ts', conflict: true, lines_one: [[1, 3]], lines_other: [[2, 2]] },
            ],
          },
        ],
        truncated: false,
      });
      expect(git(stand.folder, 'count-objects')).toBe(objects);
    });

    test('is forecast to merge by itself where they change other lines', async () => {
      onBranch('agent/ada/7', { 'shared.ts': numbered(30, { 3: 'ada' }) });
      onBranch('agent/bob/8', { 'shared.ts': numbered(30, { 25: 'bob' }) });
      await track();
      expect(await forecast()).toMatchObject({
        pairs: [
          {
            conflict: false,
            files: [
              { file_path: 'shared.ts', conflict: false, lines_one: [[3, 3]], lines_other: [[25, 25]] },
            ],
          },
        ],
      });
      expect(await forecast({ conflicts_only: true })).toMatchObject({ pairs: [] });
    });

    test('has no forecast where they change nothing in common, or are not there', async () => {
      onBranch('agent/ada/7', { 'one.ts': '1\n' });
      onBranch('agent/bob/8', { 'two.ts': '1\n' });
      await track();
      expect(await forecast()).toEqual({ pairs: [], truncated: false });
      await expect(forecast({ branch: 'agent/nobody/1' })).rejects.toMatchObject({ code: 'not_found' });
    });

    test('is found to conflict by both names of a rename', async () => {
      onBranch('agent/ada/7', { 'shared.ts': null, 'moved.ts': numbered(30, { 10: 'ada' }) });
      onBranch('agent/bob/8', { 'shared.ts': numbered(30, { 10: 'bob' }) });
      await track();
      expect(await forecast({ branch: 'agent/bob/8', with_branch: 'agent/ada/7' })).toMatchObject({
        pairs: [{ conflict: true }],
      });
    });
  });
});
