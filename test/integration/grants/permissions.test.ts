import { performance } from 'node:perf_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decideApproval } from '../../../src/coordinator/approvals/decide.ts';
import { checkApproval } from '../../../src/coordinator/approvals/wait.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { createSessionGrants, type SessionGrants } from '../../../src/coordinator/grants/held.ts';
import { listGrants, revokeGrant } from '../../../src/coordinator/grants/operations.ts';
import { requestPermission } from '../../../src/coordinator/grants/request-permission.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { operations } from '../../../src/coordinator/operations.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { cleanupDeadAgents, endSession } from '../../../src/coordinator/sessions/end.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { refusal } from '../approvals/stand.ts';

type Agent = Awaited<ReturnType<CoordinatorFixture['agent']>>;

interface Grant {
  readonly grant_id: string;
  readonly operation: string;
  readonly covers: string;
  readonly self_service: boolean;
  readonly granted_by: string;
  readonly in_force: boolean;
  readonly use_count: number;
  readonly last_used_at: string | null;
  readonly expires_at: string;
  readonly justification: string;
}

onEachDatabase('a permission', fixture => {
  let interlock: CoordinatorFixture;
  let olga: Credential;
  let agent: Agent;
  let held: SessionGrants;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    olga = await interlock.operator();
    held = createSessionGrants(
      fixture.db,
      interlock.coordinator.bus,
      () => performance.now(),
      error => {
        throw error;
      },
    );
  });
  beforeEach(async () => {
    agent = await interlock.agent('copilot', 'amber');
  });
  afterEach(() => configure({ 'grants.selfService': true, 'grants.requireJustification': true }));
  afterAll(async () => {
    await held.close();
    await interlock.close();
    expect(interlock.errors).toEqual([]);
  });

  const configure = (settings: object) => interlock.call(configureProject, { settings }, olga);
  const ask = (operation: string, more: object = {}, session: Credential = agent) =>
    interlock.call(
      requestPermission,
      { operation, justification: 'the last worker died', ...more },
      session,
    ) as Promise<{ grant: Grant }>;
  const list = async (input: object = { session_id: agent.sessionId }) =>
    ((await interlock.call(listGrants, input, olga)) as { grants: Grant[] }).grants;
  const approve = async (approval_id: unknown, more: object = {}) =>
    interlock.call(decideApproval, { approval_id, decision: 'approved', ...more }, olga);
  const permitted = async (session: Agent = agent) =>
    (await held.grantsOf(fixture.db, session.sessionId))
      .filter(({ covers }) => covers === 'operation')
      .map(({ operation }) => operation);

  test('over an operation that only reads is had at once, for the session and its minutes, on the record', async () => {
    const { grant } = await ask('query_audit', { minutes: 5 });
    expect(grant).toMatchObject({
      operation: 'query_audit',
      covers: 'operation',
      self_service: true,
      granted_by: 'self-service',
      justification: 'the last worker died',
      in_force: true,
    });
    expect(await permitted()).toEqual(['query_audit']);
    const [row] = await fixture.db.query(sql<{ body: string }>`
      select body from audit_log where body::jsonb -> 'facts' ->> 'grant_id' = ${grant.grant_id}`);
    expect(JSON.parse(row?.body ?? '{}')).toMatchObject({
      operation: 'request_permission',
      session_id: agent.sessionId,
      facts: { for_operation: 'query_audit', self_service: true, justification: 'the last worker died' },
    });
  });

  test('over anything else is a person’s to give: asked, approved, and had with their name', async () => {
    const { code, params } = await refusal(ask('cleanup_dead_agents'));
    expect(code).toBe('approval_pending');
    expect(await list()).toEqual([]);
    await approve(params.approval_id);
    const { grant } = await ask('cleanup_dead_agents');
    expect(grant).toMatchObject({
      operation: 'cleanup_dead_agents',
      self_service: false,
      granted_by: 'Olga',
    });
    expect(await permitted()).toEqual(['cleanup_dead_agents']);
  });

  test('opens the operation to the session, and revoked closes it again', async () => {
    const clean = () => interlock.call(cleanupDeadAgents, { stale_threshold_minutes: 1440 }, agent);
    const refusedWithout = (await refusal(clean())).code;
    const { params } = await refusal(ask('cleanup_dead_agents'));
    await approve(params.approval_id);
    const { grant } = await ask('cleanup_dead_agents');
    await expect(clean()).resolves.toMatchObject({ success: true });
    await interlock.call(revokeGrant, { grant_id: grant.grant_id }, olga);
    expect((await refusal(clean())).code).toBe(refusedWithout);
  });

  test('shows the person who decides the operation, the time and the reason', async () => {
    const { params } = await refusal(ask('acquire_lock', { minutes: 30 }));
    const shown = (await interlock.call(checkApproval, { approval_id: params.approval_id }, olga)) as object;
    const text = JSON.stringify(shown);
    for (const piece of ['acquire_lock', '30 minutes', 'the last worker died']) expect(text).toContain(piece);
  });

  describe('grants anyone may give themselves:', () => {
    test('no write and no admin operation is self-service, whatever it is', async () => {
      for (const { name, access, callers } of operations) {
        if (access === 'read' || (callers as readonly string[] | undefined)?.includes('agent') === false)
          continue;
        const session = await interlock.agent('copilot');
        expect([name, (await refusal(ask(name, {}, session))).code]).toEqual([name, 'approval_pending']);
        expect(await permitted(session)).toEqual([]);
      }
    });

    test('what is for people alone is permitted to nobody, and nobody is asked', async () => {
      for (const name of ['decide_approval', 'revoke_grant', 'save_network_rule', 'enroll_operator'])
        expect((await refusal(ask(name))).code).toBe('operation_not_permitted');
    });

    test('a person’s leave for one operation is no leave for another, for longer, or for another session', async () => {
      const { params } = await refusal(ask('cleanup_dead_agents', { minutes: 10 }));
      await approve(params.approval_id);
      const other = await interlock.agent('copilot', 'amber');
      expect((await refusal(ask('cleanup_dead_agents', { minutes: 700 }))).code).toBe('approval_pending');
      expect((await refusal(ask('cancel_work', { minutes: 10 }))).code).toBe('approval_pending');
      expect((await refusal(ask('cleanup_dead_agents', { minutes: 10 }, other))).code).toBe(
        'approval_pending',
      );
    });

    test('an approval for the session covers asking for the same operation again, and no other', async () => {
      const { params } = await refusal(ask('cleanup_dead_agents', { minutes: 10 }));
      await approve(params.approval_id, { scope: 'session' });
      await ask('cleanup_dead_agents', { minutes: 10 });
      await expect(ask('cleanup_dead_agents', { minutes: 20 })).resolves.toMatchObject({
        grant: { granted_by: 'Olga' },
      });
      expect((await refusal(ask('release_lock'))).code).toBe('approval_pending');
    });

    test('the database knows no grant of rules that no person gave', async () => {
      await expect(
        fixture.db.query(sql`
          insert into session_grants (id, project_id, session_id, agent_id, operation, covers, rules, categories, scope,
            justification, granted_by_name, expires_at)
          select gen_random_uuid(), project_id, id, agent_id, 'check_tool_use', 'rules', array['git.force-push'], '{}',
            'session', 'me', 'me', now() + interval '1 hour' from sessions where id = ${agent.sessionId}`),
      ).rejects.toThrow(/session_grants_by_person/);
    });
  });

  test('is not had without a reason, unless the project wants none', async () => {
    const without = { justification: undefined };
    const error = await refusal(ask('query_audit', without));
    expect(error.code).toBe('invalid_input');
    expect(error.message).toContain('justification');
    await configure({ 'grants.requireJustification': false });
    expect((await ask('query_audit', without)).grant.justification).toBe('none given');
  });

  test('is always a person’s to give where the project switches self-service off', async () => {
    await configure({ 'grants.selfService': false });
    expect((await refusal(ask('query_audit'))).code).toBe('approval_pending');
  });

  test('asked for again while it lasts is the same one', async () => {
    const first = await ask('query_audit', { minutes: 60 });
    const again = await ask('query_audit', { minutes: 10 });
    expect(again.grant.grant_id).toBe(first.grant.grant_id);
    const longer = await ask('query_audit', { minutes: 120 });
    expect(longer.grant.grant_id).not.toBe(first.grant.grant_id);
  });

  test('of an operation that is none is refused with what to send', async () => {
    expect((await refusal(ask('root'))).code).toBe('invalid_input');
  });

  test('is listed beside the grants of decisions, with its expiry and its last use', async () => {
    const { grant } = await ask('query_audit');
    expect(grant.last_used_at).toBeNull();
    held.used(grant.grant_id);
    held.used(grant.grant_id);
    await held.flush();
    expect(await list()).toMatchObject([
      {
        grant_id: grant.grant_id,
        use_count: 2,
        last_used_at: expect.any(String),
        expires_at: expect.any(String),
      },
    ]);
  });

  test('is gone at once when it is revoked, and when its session ends or is cleaned up', async () => {
    const revoked = await ask('query_audit');
    await interlock.call(revokeGrant, { grant_id: revoked.grant.grant_id }, olga);
    expect(await permitted()).toEqual([]);

    await ask('query_audit');
    expect(await permitted()).toEqual(['query_audit']);
    await interlock.call(endSession, {}, agent);
    expect(await permitted()).toEqual([]);

    const silent = await interlock.agent('copilot');
    await ask('query_audit', {}, silent);
    await fixture.db.query(
      sql`update sessions set last_seen_at = now() - interval '1 hour' where id = ${silent.sessionId}`,
    );
    await interlock.call(cleanupDeadAgents, { stale_threshold_minutes: 30 }, olga);
    expect(await permitted(silent)).toEqual([]);
    expect((await list({ session_id: silent.sessionId, in_force: false }))[0]).toMatchObject({
      in_force: false,
    });
  });

  test('a lost filter on expiry: what has run out is in force for nobody who looks, and nothing else ends with it', async () => {
    const other = await interlock.agent('copilot');
    const { grant } = await ask('query_audit', { minutes: 5 });
    await ask('list_work', { minutes: 300 });
    await ask('query_audit', { minutes: 300 }, other);
    await fixture.db.query(sql`
      update session_grants set created_at = created_at - interval '6 minutes', expires_at = expires_at - interval '6 minutes'
      where id = ${grant.grant_id}`);
    // Whoever comes new to it, since nobody tells that time has passed.
    const fresh = createSessionGrants(
      fixture.db,
      interlock.coordinator.bus,
      () => performance.now(),
      () => {},
    );
    const inForce = async (session: Agent) =>
      (await fresh.grantsOf(fixture.db, session.sessionId)).map(({ operation }) => operation);
    expect(await inForce(agent)).toEqual(['list_work']);
    expect(await inForce(other)).toEqual(['query_audit']);
    expect((await list()).map(({ operation }) => operation)).toEqual(['list_work']);
    expect((await ask('query_audit', { minutes: 5 })).grant.grant_id).not.toBe(grant.grant_id);
    await fresh.close();
  });

  test('ends by the clock, without anybody telling', async () => {
    let nowMs = 0;
    const patient = createSessionGrants(
      fixture.db,
      interlock.coordinator.bus,
      () => nowMs,
      () => {},
    );
    await ask('query_audit', { minutes: 1 });
    expect(await patient.grantsOf(fixture.db, agent.sessionId)).toHaveLength(1);
    nowMs = 61_000;
    expect(await patient.grantsOf(fixture.db, agent.sessionId)).toEqual([]);
    await patient.close();
  });

  fixture.testWith('several connections')('is revoked on every coordinator', async () => {
    const other = await openCoordinator(fixture.connectAgain(), interlock.folder);
    const there = createSessionGrants(
      fixture.db,
      other.coordinator.bus,
      () => performance.now(),
      () => {},
    );
    const { grant } = await ask('query_audit');
    await expect.poll(async () => (await there.grantsOf(fixture.db, agent.sessionId)).length).toBe(1);
    await interlock.call(revokeGrant, { grant_id: grant.grant_id }, olga);
    await expect.poll(async () => (await there.grantsOf(fixture.db, agent.sessionId)).length).toBe(0);
    await there.close();
    await other.close();
  });
});
