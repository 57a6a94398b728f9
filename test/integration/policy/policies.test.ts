import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { checkLocks } from '../../../src/coordinator/locks/check.ts';
import { checkPolicy } from '../../../src/coordinator/policy/check-policy.ts';
import {
  getPolicy,
  listPolicies,
  listPolicyVersions,
} from '../../../src/coordinator/policy/read-policies.ts';
import { tryPolicy } from '../../../src/coordinator/policy/try-policy.ts';
import { validatePolicy } from '../../../src/coordinator/policy/validate-policy.ts';
import { deletePolicy, rollbackPolicy, savePolicy } from '../../../src/coordinator/policy/write-policies.ts';
import { getMyProfile } from '../../../src/coordinator/profiles/get-my-profile.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { checkToolUse } from '../../../src/coordinator/tool-use/check.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { asOwner, onEachDatabase } from '../../support/databases.ts';

const noInfra = `forbid (principal, action in Action::"write", resource is File) when { resource.path like "infra/*" };`;
const askDocs = `@answer("ask") forbid (principal, action in Action::"write", resource is File) when { resource.path like "docs/*" };`;

onEachDatabase('policies', fixture => {
  const onTwo = fixture.testWith('several connections');
  let interlock: CoordinatorFixture;
  let olga: Credential;
  let agent: Awaited<ReturnType<CoordinatorFixture['agent']>>;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
  });
  beforeEach(async () => {
    await interlock.close();
    interlock = await openCoordinator(fixture.db);
    olga = await interlock.operator();
    agent = await interlock.agent('copilot', 'amber');
    await interlock.call(configureProject, { settings: { 'policy.engine': 'cedar' } }, olga);
  });
  afterAll(async () => {
    expect(interlock.errors).toEqual([]);
    await interlock.close();
  });

  const save = (text: string, more: object = {}) =>
    interlock.call(savePolicy, { name: 'mine', text, reason: 'a test', ...more }, olga) as Promise<{
      policy: { version: number };
      warnings: unknown[];
      in_force: boolean;
    }>;
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
  const lock = (file_path: string, through?: CoordinatorFixture) =>
    codeOf(acquireLock, { file_path }, agent, through);
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
  const versions = async () =>
    (
      (await interlock.call(listPolicyVersions, { name: 'mine' }, olga)) as {
        versions: Record<string, unknown>[];
      }
    ).versions;

  describe('are in force with the next call', () => {
    test('when one is saved, changed, switched off, deleted and brought back', async () => {
      expect(await lock('infra/main.tf')).toBe('done');
      expect(await save(noInfra)).toMatchObject({ in_force: true, warnings: [] });
      expect(await lock('infra/main.tf')).toBe('policy_denied');
      expect(await lock('src/a.ts')).toBe('done');
      await save(noInfra.replace('infra', 'src'));
      expect(await lock('infra/main.tf')).toBe('done');
      expect(await lock('src/a.ts')).toBe('policy_denied');
      await save(noInfra, { enabled: false });
      expect(await lock('src/a.ts')).toBe('done');
      await interlock.call(rollbackPolicy, { name: 'mine', to_version: 1, reason: 'it was right' }, olga);
      expect(await lock('infra/main.tf')).toBe('policy_denied');
      await interlock.call(deletePolicy, { name: 'mine', reason: 'enough' }, olga);
      expect(await lock('infra/main.tf')).toBe('done');
    });

    test('though others call all the time and the set is large', async () => {
      await fixture.db.query(sql`
        insert into policy_versions (project_id, name, version, action, text, enabled, author, reason)
        select project_id, 'area-' || number, 1, 'created',
          'forbid (principal, action in Action::"write", resource is File) when { resource.path like "area-' || number || '/*" };',
          true, 'Olga', 'a test'
        from sessions, generate_series(1, 300) as number where id = ${agent.sessionId}`);
      const hasty = Array.from({ length: 3 }, (_, number) => interlock.agent('codex', `hasty-${number}`));
      let goesOn = true;
      const calling = Promise.all(
        hasty.map(async session => {
          while (goesOn) await codeOf(checkPolicy, { operation: 'acquire_lock' }, await session);
        }),
      );
      try {
        for (let round = 0; round < 10; round += 1) {
          await save(noInfra);
          expect(await lock('infra/a')).toBe('policy_denied');
          await interlock.call(deletePolicy, { name: 'mine', reason: 'a test' }, olga);
          expect(await lock(`infra/${round}`)).toBe('done');
        }
      } finally {
        goesOn = false;
        await calling;
      }
    });

    test('and kept without force where the engine is native', async () => {
      await interlock.call(configureProject, { settings: { 'policy.engine': 'native' } }, olga);
      expect(await save(noInfra)).toMatchObject({ in_force: false });
      expect(await lock('infra/main.tf')).toBe('done');
      await interlock.call(configureProject, { settings: { 'policy.engine': 'cedar' } }, olga);
      expect(await lock('infra/main.tf')).toBe('policy_denied');
    });

    onTwo('on the other coordinator, which is told: a policy sync that is never started', async () => {
      const other = await openCoordinator(fixture.connectAgain(), interlock.folder);
      expect(await lock('infra/a', other)).toBe('done');
      await save(noInfra);
      await expect.poll(() => lock('infra/a', other), { interval: 5 }).toBe('policy_denied');
      await other.close();
    });
  });

  describe('judge', () => {
    test('every path of a call, not the first alone', async () => {
      await save(noInfra);
      expect(await codeOf(acquireLock, { paths: ['a.ts', 'b.ts', 'infra/main.tf'] })).toBe('policy_denied');
      expect(await codeOf(acquireLock, { paths: ['a.ts', 'b.ts'] })).toBe('done');
    });

    test('the files that a command was found to write', async () => {
      await save(noInfra);
      expect(await run('sed -i s/a/b/ src/a.ts')).toBe('done');
      expect(await run('sed -i s/a/b/ infra/main.tf')).toBe('policy_denied');
    });

    test('the hosts that a command was found to reach', async () => {
      await save(
        `forbid (principal, action == Action::"network_access", resource is Domain) when { resource.name like "*.example.com" };`,
      );
      expect(await run('curl https://www.example.com/x')).toBe('policy_denied');
      expect(await run('curl https://github.com/x')).toBe('done');
    });

    test('whom an agent acts for', async () => {
      await save(`forbid (principal, action == Action::"acquire_lock", resource)
        unless { principal has delegated_by && principal.delegated_by == User::"Robin" };`);
      expect(await lock('a.ts')).toBe('policy_denied');
    });

    test('with a person, where one says so, and a forbid is never asked away', async () => {
      await save(askDocs);
      expect(await lock('docs/a.md')).toBe('approval_pending');
      await save(`${askDocs}\n${noInfra.replace('infra', 'docs')}`);
      expect(await lock('docs/a.md')).toBe('policy_denied');
    });

    test('what trust alone would not permit, where one permits it', async () => {
      const reviewer = await interlock.agent('claude_code_web_reviewer', 'rita');
      const input = { file_path: 'notes.md' };
      expect(await codeOf(acquireLock, input, reviewer)).toBe('insufficient_trust_level');
      await save(
        `permit (principal in AgentType::"claude_code_web_reviewer", action == Action::"acquire_lock", resource);`,
      );
      // Its profile does not list the operation, which no policy of the project lifts.
      expect(await codeOf(acquireLock, input, reviewer)).toBe('insufficient_trust_level');
    });

    test('nobody’s own affairs away by accident: what they say counts there too', async () => {
      await save('forbid (principal, action, resource);');
      expect(await codeOf(getMyProfile, {})).toBe('policy_denied');
      expect(await codeOf(listPolicies, {}, olga)).toBe('done');
    });
  });

  describe('are written by people', () => {
    test('and by nobody else', async () => {
      const input = { name: 'mine', text: 'permit (principal, action, resource);', reason: 'me' };
      expect(await codeOf(savePolicy, input)).toBe('operation_not_permitted');
      expect(await codeOf(savePolicy, input, { kind: 'none' })).toBe('unauthenticated');
      expect(await codeOf(deletePolicy, { name: 'mine', reason: 'me' })).toBe('operation_not_permitted');
      expect(await codeOf(rollbackPolicy, { name: 'mine', to_version: 1, reason: 'me' })).toBe(
        'operation_not_permitted',
      );
    });

    test('and refused with line and column where the schema does not allow them', async () => {
      await expect(
        save('permit (principal, action, resource)\nwhen { principal.trst > 2 };'),
      ).rejects.toMatchObject({
        code: 'policy_invalid',
        message: expect.stringMatching(/line 2, column 8: .*trst/),
        next: 'did you mean `trust`?',
      });
      await expect(save('permit (principal,')).rejects.toMatchObject({ code: 'policy_invalid' });
      await expect(save('// nothing')).rejects.toMatchObject({ code: 'policy_invalid' });
      expect(await versions()).toEqual([]);
    });

    test('with a warning where they can never match', async () => {
      const { warnings } = await save(
        'permit (principal, action == Action::"acquire_lock", resource is Task);',
      );
      expect(warnings).toContainEqual(
        expect.objectContaining({ severity: 'warning', message: expect.stringContaining('impossible') }),
      );
      expect(
        await interlock.call(validatePolicy, { text: 'ä;\npermit (principal, action, resouce);' }, agent),
      ).toMatchObject({ valid: false, problems: [{ severity: 'error', line: 1 }] });
    });

    test('and never over those that every project has', async () => {
      await expect(save(noInfra, { name: 'forbid-suspended' })).rejects.toMatchObject({
        code: 'operation_not_permitted',
      });
      expect(await interlock.call(getPolicy, { name: 'forbid-suspended' }, agent)).toMatchObject({
        builtin: true,
      });
    });

    test('of whom one who is late is told', async () => {
      await save(noInfra, { version: 0 });
      await expect(save(askDocs, { version: 0 })).rejects.toMatchObject({ code: 'version_conflict' });
      await save(askDocs, { version: 1 });
    });
  });

  describe('have a history', () => {
    test('in which each create, update, delete and rollback is a version with author and reason', async () => {
      await save(noInfra);
      await save(askDocs, { reason: 'softer' });
      await interlock.call(deletePolicy, { name: 'mine', reason: 'not needed' }, olga);
      await interlock.call(rollbackPolicy, { name: 'mine', to_version: 1, reason: 'needed' }, olga);
      expect(await versions()).toMatchObject([
        {
          version: 4,
          action: 'rolled_back',
          restored_version: 1,
          text: noInfra,
          reason: 'needed',
          author: 'Olga',
        },
        { version: 3, action: 'deleted', reason: 'not needed' },
        { version: 2, action: 'updated', text: askDocs, reason: 'softer' },
        { version: 1, action: 'created', text: noInfra, author: 'Olga' },
      ]);
    });

    test('a rollback recorded as an update and a current version that cannot be targeted: neither', async () => {
      await save(noInfra);
      const back = await interlock.call(
        rollbackPolicy,
        { name: 'mine', to_version: 1, reason: 'as it is' },
        olga,
      );
      expect(back).toMatchObject({ policy: { version: 2, action: 'rolled_back', restored_version: 1 } });
      const again = await interlock.call(
        rollbackPolicy,
        { name: 'mine', to_version: 2, reason: 'again' },
        olga,
      );
      expect(again).toMatchObject({ policy: { version: 3, restored_version: 2, text: noInfra } });
      const { records } = (await interlock.call(queryAudit, { operation: 'rollback_policy' }, olga)) as {
        records: { caller: { name: string }; facts: Record<string, unknown> }[];
      };
      expect(records[0]).toMatchObject({
        caller: { name: 'Olga' },
        facts: {
          action: 'rolled_back',
          restored_version: 2,
          reason: 'again',
          before: noInfra,
          after: noInfra,
        },
      });
      await expect(
        interlock.call(rollbackPolicy, { name: 'mine', to_version: 9, reason: 'x' }, olga),
      ).rejects.toMatchObject({ code: 'policy_not_found' });
    });
  });

  describe('are explained', () => {
    test('before a call, without counting or filing anything', async () => {
      await save(`${noInfra}\n${askDocs}`);
      const ask = (file_path: string) =>
        interlock.call(checkPolicy, { operation: 'acquire_lock', input: { file_path } }, agent);
      expect(await ask('infra/x')).toMatchObject({
        decision: 'deny',
        policies: ['mine/1'],
        reason: 'the policy mine/1 forbids it',
        engine: 'cedar',
      });
      expect(await ask('docs/x')).toMatchObject({ decision: 'approval_required', policies: ['mine/2'] });
      expect(await ask('src/x')).toMatchObject({ decision: 'allow', policies: ['permit-write'] });
      expect(
        await interlock.call(
          checkPolicy,
          { operation: 'save_policy', input: { name: 'x', text: 'y', reason: 'z' } },
          agent,
        ),
      ).toMatchObject({ decision: 'deny' });
      await expect(interlock.call(checkPolicy, { operation: 'nonsense' }, agent)).rejects.toMatchObject({
        code: 'unknown_operation',
      });
      await expect(
        interlock.call(checkPolicy, { operation: 'extend_lock', input: { ttl: 1 } }, agent),
      ).rejects.toMatchObject({ code: 'invalid_input' });
      const [row] = await fixture.db.query(
        sql<{
          count: number;
        }>`select count(*)::int as count from approvals where session_id = ${agent.sessionId}`,
      );
      expect(row?.count).toBe(0);
    });

    test('by what they would have done to the decisions of the last days', async () => {
      await lock('infra/a.tf');
      await lock('src/a.ts');
      await codeOf(acquireLock, { paths: ['x', 'infra/b.tf'] });
      const tried = (await interlock.call(tryPolicy, { name: 'new', text: noInfra }, olga)) as {
        considered: number;
        changed: number;
        changes: { resource: { id: string } }[];
      };
      expect(tried).toMatchObject({ valid: true, changed: 2 });
      expect(tried.considered).toBeGreaterThanOrEqual(3);
      expect(tried.changes).toMatchObject([
        { resource: { id: 'infra/b.tf' }, before: 'allow', after: 'deny' },
        {
          operation: 'acquire_lock',
          resource: { id: 'infra/a.tf' },
          before: 'allow',
          after: 'deny',
          policies: ['new'],
        },
      ]);
      await save(noInfra);
      await lock('infra/a.tf');
      const without = await interlock.call(tryPolicy, { name: 'mine', text: null }, olga);
      expect(without).toMatchObject({ changed: 3, changes: [{ before: 'deny', after: 'allow' }, {}, {}] });
      expect(await interlock.call(tryPolicy, { name: 'new', text: 'permit (' }, olga)).toMatchObject({
        valid: false,
      });
    });
  });

  describe('that cannot be read', () => {
    test('leave those last known in force, and say so where the editor looks', async () => {
      await save(noInfra);
      expect(await lock('infra/a')).toBe('policy_denied');
      await asOwner(fixture.db, sql`alter table policy_versions rename to policy_versions_away`);
      interlock.coordinator.bus.publish({ project: 'x', topic: 'events.gap', subject: '' });
      try {
        expect(await lock('infra/a')).toBe('policy_denied');
        expect(await lock('src/a.ts')).toBe('done');
        expect(await interlock.call(describeProject, {})).toMatchObject({ troubles: [{ what: 'policies' }] });
      } finally {
        await asOwner(fixture.db, sql`alter table policy_versions_away rename to policy_versions`);
      }
      expect(await lock('src/a.ts')).toBe('done');
      expect(await interlock.call(describeProject, {})).toMatchObject({ troubles: [] });
      expect(interlock.errors.length).toBeGreaterThan(0);
      await interlock.close();
      interlock = await openCoordinator(fixture.db);
    });

    test('are the defaults where nothing was ever read', async () => {
      await asOwner(fixture.db, sql`alter table policy_versions rename to policy_versions_away`);
      const fresh = await openCoordinator(fixture.db, interlock.folder);
      try {
        expect(await lock('infra/a', fresh)).toBe('done');
        expect(await codeOf(checkLocks, {}, agent, fresh)).toBe('done');
        expect(await fresh.call(describeProject, {})).toMatchObject({ troubles: [{ what: 'policies' }] });
      } finally {
        await asOwner(fixture.db, sql`alter table policy_versions_away rename to policy_versions`);
        await fresh.close();
      }
    });

    test('by the engine any more refuse everything they were for', async () => {
      await fixture.db.query(sql`
        insert into policy_versions (project_id, name, version, action, text, enabled, author, reason)
        select project_id, 'broken', 1, 'created', 'permit (', true, 'nobody', 'by hand' from sessions where id = ${agent.sessionId}`);
      const fresh = await openCoordinator(fixture.db, interlock.folder);
      expect(await lock('a.ts', fresh)).toBe('policy_denied');
      await fresh.close();
    });
  });
});
