import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { checkLocks } from '../../../src/coordinator/locks/check.ts';
import { releaseLock } from '../../../src/coordinator/locks/release.ts';
import { assignProfile } from '../../../src/coordinator/profiles/assign-profile.ts';
import { getMyProfile } from '../../../src/coordinator/profiles/get-my-profile.ts';
import { listProfiles } from '../../../src/coordinator/profiles/list-profiles.ts';
import { saveProfile } from '../../../src/coordinator/profiles/save-profile.ts';
import { seededProfiles } from '../../../src/coordinator/profiles/seeded.ts';
import { discoverAgents } from '../../../src/coordinator/sessions/discover.ts';
import { cleanupDeadAgents, endSession } from '../../../src/coordinator/sessions/end.ts';
import { heartbeat } from '../../../src/coordinator/sessions/register.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';

onEachDatabase('profiles', fixture => {
  let interlock: CoordinatorFixture;
  let olga: Credential;
  let agent: Awaited<ReturnType<CoordinatorFixture['agent']>>;

  beforeAll(async () => {
    // Opened first, so that the agents of each test are in a project of their own.
    interlock = await openCoordinator(fixture.db);
  });
  beforeEach(async () => {
    await interlock.close();
    interlock = await openCoordinator(fixture.db);
    olga = await interlock.operator();
    agent = await interlock.agent('copilot', 'amber');
  });
  afterAll(async () => {
    expect(interlock.errors).toEqual([]);
    await interlock.close();
  });

  const save = (input: object, by = olga) => interlock.call(saveProfile, { reason: 'a test', ...input }, by);
  const assign = (input: object, by = olga) =>
    interlock.call(assignProfile, { agent_id: 'amber', reason: 'a test', ...input }, by);
  const codeOf = (operation: Operation, input: object, credential: Credential = agent) =>
    interlock.call(operation, input, credential).then(
      () => 'done',
      (error: unknown) => (error instanceof InterlockError ? error.code : error),
    );
  const lock = (file_path: string) => codeOf(acquireLock, { file_path });

  describe('stand in the store', () => {
    test('as they come with the product, in every project', async () => {
      const { profiles } = (await interlock.call(listProfiles, {})) as { profiles: { name: string }[] };
      expect(profiles.map(({ name }) => name)).toEqual(seededProfiles.map(({ name }) => name).sort());
      expect(profiles.find(({ name }) => name === 'codex_cloud_worker')).toMatchObject({
        trust_level: 2,
        max_file_modifications: 50,
        max_execution_time_seconds: 300,
        max_api_calls_per_hour: 1_000,
        network_policy: { default: 'deny' },
        version: 1,
      });
    });

    test('with what people have changed, also after another start', async () => {
      await save({ name: 'copilot_agent', trust_level: 1 });
      const again = await openCoordinator(fixture.db, interlock.folder);
      const { profiles } = (await again.call(listProfiles, {})) as { profiles: { name: string }[] };
      await again.close();
      expect(profiles.find(({ name }) => name === 'copilot_agent')).toMatchObject({
        trust_level: 1,
        version: 2,
        changed_by: 'Olga',
        change_reason: 'a test',
      });
    });

    test('with one default for each type, whatever is saved', async () => {
      await save({ name: 'mine', agent_type: 'copilot', is_default: true, trust_level: 3 });
      await save({ name: 'everybody', is_default: true, trust_level: 1 });
      const { profiles } = (await interlock.call(listProfiles, {})) as {
        profiles: { name: string; is_default: boolean; agent_type: string | null }[];
      };
      const defaults = profiles.filter(({ is_default }) => is_default).map(({ agent_type }) => agent_type);
      expect(new Set(defaults).size).toBe(defaults.length);
      expect(await interlock.call(getMyProfile, {}, agent)).toMatchObject({ profile: { name: 'mine' } });
      const two = sql`update profiles set is_default = true where name in ('mine', 'copilot_agent')`;
      await expect(fixture.db.query(two)).rejects.toThrow(/profiles_default/);
    });
  });

  describe('are in force with the next call', () => {
    test('when one is saved', async () => {
      expect(await lock('a.ts')).toBe('done');
      await save({ name: 'copilot_agent', trust_level: 1 });
      expect(await lock('a.ts')).toBe('insufficient_trust_level');
      await save({ name: 'copilot_agent', trust_level: 2, blocked_operations: ['acquire_lock'] });
      expect(await lock('a.ts')).toBe('operation_not_permitted');
      await save({ name: 'copilot_agent', blocked_operations: [], allowed_operations: ['check_locks'] });
      expect(await lock('a.ts')).toBe('operation_not_permitted');
      expect(await codeOf(checkLocks, {})).toBe('done');
      await save({ name: 'copilot_agent', allowed_operations: [] });
      expect(await lock('a.ts')).toBe('done');
    });

    test('when one is assigned to an agent or a session, and when it is taken back', async () => {
      await assign({ profile: 'claude_code_web_reviewer' });
      expect(await lock('b.ts')).toBe('insufficient_trust_level');
      expect(await interlock.call(getMyProfile, {}, agent)).toMatchObject({
        trust_level: 1,
        resolved_by: 'agent',
      });
      await assign({ agent_id: undefined, session_id: agent.sessionId, profile: 'copilot_agent' });
      expect(await lock('b.ts')).toBe('done');
      await assign({ agent_id: undefined, session_id: agent.sessionId, profile: null });
      expect(await assign({ profile: null })).toMatchObject({ action: 'taken_back' });
      expect(await assign({ profile: null })).toMatchObject({ action: 'unchanged' });
      expect(await interlock.call(getMyProfile, {}, agent)).toMatchObject({ resolved_by: 'agent_type' });
    });

    test('and shown to whoever looks who is there', async () => {
      await assign({ profile: 'suspended' });
      expect(await interlock.call(discoverAgents, {})).toMatchObject({
        agents: [{ agent_id: 'amber', profile: 'suspended', trust_level: 0 }],
      });
    });
  });

  describe('at trust 0', () => {
    test('everything is denied but reading one’s own status', async () => {
      await assign({ profile: 'suspended' });
      for (const [operation, input] of [
        [acquireLock, { file_path: 'a.ts' }],
        [checkLocks, {}],
        [heartbeat, {}],
        [endSession, {}],
      ] as const) {
        expect(await codeOf(operation, input)).toBe('agent_suspended');
      }
      expect(await interlock.call(getMyProfile, {}, agent)).toMatchObject({ trust_level: 0 });
    });

    test('an agent keeps the locks that it holds until their lease is over', async () => {
      expect(await lock('held.ts')).toBe('done');
      await assign({ profile: 'suspended' });
      expect(await interlock.call(checkLocks, { paths: ['held.ts'] }, olga)).toMatchObject({
        locks: [{ locked_by: 'amber' }],
      });
    });
  });

  test('of trust 1 leave what concerns one’s own session open', async () => {
    expect(await lock('c.ts')).toBe('done');
    await assign({ profile: 'claude_code_web_reviewer' });
    expect(await codeOf(heartbeat, {})).toBe('done');
    expect(await codeOf(releaseLock, { file_path: 'c.ts' })).toBe('done');
    expect(await codeOf(endSession, {})).toBe('done');
  });

  test('open what they elevate, and nothing else of that class', async () => {
    await save({ name: 'copilot_agent', elevated_operations: ['cleanup_dead_agents'] });
    expect(await codeOf(cleanupDeadAgents, { stale_threshold_minutes: 1440 })).toBe('done');
    await save({ name: 'copilot_agent', blocked_operations: ['cleanup_dead_agents'] });
    expect(await codeOf(cleanupDeadAgents, {})).toBe('operation_not_permitted');
  });

  describe('are changed by people alone', () => {
    test('never by the agent whose they are', async () => {
      const input = { name: 'copilot_agent', trust_level: 4, reason: 'I would like to' };
      expect(await codeOf(saveProfile, input)).toBe('operation_not_permitted');
      expect(
        await codeOf(assignProfile, { agent_id: 'amber', profile: 'claude_code_cli', reason: 'me' }),
      ).toBe('operation_not_permitted');
      expect(await codeOf(saveProfile, input, { kind: 'none' })).toBe('unauthenticated');
    });

    test('history without author: the record says who changed what from what to what, and why', async () => {
      await save({ name: 'copilot_agent', trust_level: 1, reason: 'too bold' });
      const [row] = await fixture.db.query(sql<{ body: string }>`
        select body from audit_log where body::jsonb ->> 'operation' = 'save_profile' order by recorded_at desc limit 1`);
      expect(JSON.parse(row?.body ?? '')).toMatchObject({
        caller: { kind: 'operator', name: 'Olga' },
        facts: {
          profile: 'copilot_agent',
          version: 2,
          reason: 'too bold',
          before: { trust_level: 2 },
          after: { trust_level: 1 },
        },
      });
    });

    test('of whom one who is late is told', async () => {
      await save({ name: 'copilot_agent', trust_level: 3, version: 1 });
      await expect(save({ name: 'copilot_agent', trust_level: 1, version: 1 })).rejects.toMatchObject({
        code: 'version_conflict',
        params: { version: 2 },
      });
      await expect(save({ name: 'copilot_agent', version: 0 })).rejects.toMatchObject({
        code: 'version_conflict',
      });
    });

    test.each([
      ['an operation that nobody knows', { blocked_operations: ['aquire_lock'] }, 'unknown_operation'],
      ['a trust that there is not', { trust_level: 5 }, 'invalid_input'],
      ['a limit below nothing', { max_file_modifications: -1 }, 'invalid_input'],
    ])('who name %s learn of it', async (_, input, code) => {
      await expect(save({ name: 'copilot_agent', ...input })).rejects.toMatchObject({ code });
    });

    test.each([[{ is_default: false }], [{ enabled: false }], [{ agent_type: 'copilot' }]])(
      'and the project never loses its default: %j',
      async change => {
        await expect(save({ name: 'project_default', ...change })).rejects.toMatchObject({
          code: 'invalid_input',
        });
      },
    );

    test('who assign what there is not learn of it', async () => {
      await expect(assign({ profile: 'nonsense' })).rejects.toMatchObject({ code: 'not_found' });
      const elsewhere = crypto.randomUUID();
      await expect(
        assign({ agent_id: undefined, session_id: elsewhere, profile: 'suspended' }),
      ).rejects.toMatchObject({ code: 'session_not_found' });
      await expect(assign({ session_id: agent.sessionId, profile: 'suspended' })).rejects.toMatchObject({
        code: 'invalid_input',
      });
    });
  });
});
