import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { checkLocks } from '../../../src/coordinator/locks/check.ts';
import { releaseLock } from '../../../src/coordinator/locks/release.ts';
import { getMyProfile } from '../../../src/coordinator/profiles/get-my-profile.ts';
import { listProfiles } from '../../../src/coordinator/profiles/list-profiles.ts';
import { saveProfile } from '../../../src/coordinator/profiles/save-profile.ts';
import { heartbeat } from '../../../src/coordinator/sessions/register.ts';
import { checkToolUse } from '../../../src/coordinator/tool-use/check.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';

onEachDatabase('limits stored and never checked: the limits of a profile', fixture => {
  let interlock: CoordinatorFixture;
  let agent: Awaited<ReturnType<CoordinatorFixture['agent']>>;
  const onTwo = fixture.testWith('several connections');

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
  });
  beforeEach(async () => {
    await interlock.close();
    interlock = await openCoordinator(fixture.db);
    agent = await interlock.agent('copilot', 'amber');
  });
  afterAll(async () => {
    expect(interlock.errors).toEqual([]);
    await interlock.close();
  });

  const limit = async (limits: object) =>
    interlock.call(
      saveProfile,
      { name: 'copilot_agent', reason: 'a test', ...limits },
      await interlock.operator(),
    );
  const codeOf = (
    operation: Operation,
    input: object,
    credential: Credential = agent,
    through: CoordinatorFixture = interlock,
  ) =>
    through.call(operation, input, credential).then(
      () => 'done',
      (error: unknown) => (error instanceof InterlockError ? error.code : error),
    );
  const look = (through?: CoordinatorFixture) => codeOf(checkLocks, {}, agent, through);

  describe('limits stored and never checked', () => {
    const usedUp: Readonly<Record<string, () => Promise<unknown>>> = {
      max_api_calls_per_hour: async () => {
        await look();
        return look();
      },
      max_execution_time_seconds: async () => {
        await fixture.db.query(sql`
          insert into session_usage (project_id, session_id, minute, calls, execution_ms, violations)
          select project_id, id, date_trunc('minute', now()) - interval '5 minutes', 0, 1000, 0 from sessions
          where id = ${agent.sessionId}`);
        return look();
      },
      max_file_modifications: async () => {
        await codeOf(acquireLock, { file_path: 'one.ts' });
        return codeOf(acquireLock, { file_path: 'two.ts' });
      },
    };

    test('are none: each that a profile has is one that stops a call', async () => {
      const { profiles } = (await interlock.call(listProfiles, {})) as { profiles: object[] };
      const limits = Object.keys(profiles[0] ?? {}).filter(field => field.startsWith('max_'));
      expect(limits.sort()).toEqual(Object.keys(usedUp).sort());
    });

    test.each(Object.keys(usedUp))('%s', async field => {
      const boundless = {
        max_api_calls_per_hour: null,
        max_execution_time_seconds: null,
        max_file_modifications: null,
      };
      await limit({ ...boundless, [field]: 1 });
      expect(await usedUp[field]?.()).toBe('resource_limit_exceeded');
    });
  });

  describe('of calls an hour', () => {
    test('holds for reads and writes together, and not for what concerns one’s own session', async () => {
      await limit({ max_api_calls_per_hour: 3 });
      expect(await look()).toBe('done');
      expect(await codeOf(acquireLock, { file_path: 'a.ts' })).toBe('done');
      expect(await look()).toBe('done');
      expect(await look()).toBe('resource_limit_exceeded');
      expect(await codeOf(heartbeat, {})).toBe('done');
      expect(await codeOf(releaseLock, { file_path: 'a.ts' })).toBe('done');
      expect(await interlock.call(getMyProfile, {}, agent)).toMatchObject({ used: { calls_last_hour: 3 } });
    });

    test('is not passed by calls at the same time', async () => {
      await limit({ max_api_calls_per_hour: 10 });
      const answers = await Promise.all(Array.from({ length: 30 }, () => look()));
      expect(answers.filter(answer => answer === 'done')).toHaveLength(10);
    });

    test('is for each session, and for the last hour alone', async () => {
      await limit({ max_api_calls_per_hour: 2 });
      await look();
      await look();
      expect(await look()).toBe('resource_limit_exceeded');
      expect(await codeOf(checkLocks, {}, await interlock.agent('copilot', 'amber'))).toBe('done');
      await fixture.db.query(
        sql`update session_usage set minute = minute - interval '61 minutes' where session_id = ${agent.sessionId}`,
      );
      expect(await look()).toBe('done');
    });

    test('is counted over a restart', async () => {
      await limit({ max_api_calls_per_hour: 100 });
      for (let call = 0; call < 4; call += 1) await look();
      const next = await openCoordinator(fixture.db, interlock.folder);
      await interlock.coordinator.close();
      await limitThrough(next, 4);
      expect(await look(next)).toBe('resource_limit_exceeded');
      await next.close();
    });

    onTwo('is one for all coordinators', async () => {
      await limit({ max_api_calls_per_hour: 10 });
      const other = await openCoordinator(fixture.connectAgain(), interlock.folder);
      const answers: unknown[] = [];
      for (let call = 0; call < 10; call += 1) answers.push(await look(), await look(other));
      await other.close();
      expect(answers.filter(answer => answer === 'done')).toHaveLength(10);
    });

    const limitThrough = async (through: CoordinatorFixture, calls: number) =>
      through.call(
        saveProfile,
        { name: 'copilot_agent', reason: 'a test', max_api_calls_per_hour: calls },
        await through.operator(),
      );
  });

  test('of execution time counts what the coordinator worked, not what it waited', async () => {
    await limit({ max_execution_time_seconds: 1 });
    const holder = await interlock.agent('codex', 'blue');
    await codeOf(acquireLock, { file_path: 'busy.ts' }, holder);
    const started = performance.now();
    await codeOf(acquireLock, { file_path: 'busy.ts', wait_seconds: 2 });
    expect(performance.now() - started).toBeGreaterThan(1_500);
    expect(await look()).toBe('done');
    await fixture.db.query(sql`
      insert into session_usage (project_id, session_id, minute, calls, execution_ms, violations)
      select project_id, id, date_trunc('minute', now()) - interval '5 minutes', 0, 1000, 0 from sessions
      where id = ${agent.sessionId}`);
    const elsewhere = await openCoordinator(fixture.db, interlock.folder);
    expect(await look(elsewhere)).toBe('resource_limit_exceeded');
    await elsewhere.close();
  });

  describe('of files', () => {
    const write = (file_path: string) =>
      codeOf(checkToolUse, {
        harness: 'claude',
        payload: {
          hook_event_name: 'PreToolUse',
          session_id: 'chat',
          cwd: interlock.folder,
          tool_name: 'Write',
          tool_input: { file_path, content: 'x' },
        },
      });
    const run = (command: string) =>
      codeOf(checkToolUse, {
        harness: 'claude',
        payload: {
          hook_event_name: 'PreToolUse',
          session_id: 'chat',
          cwd: interlock.folder,
          tool_name: 'Bash',
          tool_input: { command },
        },
      });

    test('counts different files, however they are changed, and each once', async () => {
      await limit({ max_file_modifications: 3 });
      expect(await codeOf(acquireLock, { file_path: 'a.ts' })).toBe('done');
      expect(await write(`${interlock.folder}/a.ts`)).toBe('done');
      expect(await write(`${interlock.folder}/b.ts`)).toBe('done');
      expect(await run('echo x > c.ts')).toBe('done');
      expect(await write(`${interlock.folder}/c.ts`)).toBe('done');
      expect(await write(`${interlock.folder}/d.ts`)).toBe('resource_limit_exceeded');
      expect(await run('echo x > d.ts')).toBe('resource_limit_exceeded');
      expect(await codeOf(acquireLock, { file_path: 'd.ts' })).toBe('resource_limit_exceeded');
      expect(await codeOf(acquireLock, { file_path: 'd.ts', mode: 'shared' })).toBe('done');
      expect(await codeOf(acquireLock, { file_path: 'feature:x:pause' })).toBe('done');
      expect(await interlock.call(getMyProfile, {}, agent)).toMatchObject({ used: { files_modified: 3 } });
    });

    test('takes all paths of a call or none', async () => {
      await limit({ max_file_modifications: 3 });
      expect(await codeOf(acquireLock, { paths: ['1', '2', '3', '4'] })).toBe('resource_limit_exceeded');
      expect(await codeOf(acquireLock, { paths: ['1', '2', '3'] })).toBe('done');
    });

    test('does not count what was refused', async () => {
      await limit({ max_file_modifications: 1 });
      const other = await interlock.agent('codex', 'blue');
      await codeOf(acquireLock, { file_path: 'taken.ts' }, other);
      await interlock.call(acquireLock, { file_path: 'taken.ts' }, agent);
      expect(await codeOf(acquireLock, { file_path: 'free.ts' })).toBe('done');
    });
  });
});
