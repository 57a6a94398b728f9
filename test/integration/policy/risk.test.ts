import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { forceReleaseLock } from '../../../src/coordinator/locks/force-release.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { cleanupDeadAgents } from '../../../src/coordinator/sessions/end.ts';
import { heartbeat } from '../../../src/coordinator/sessions/register.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';

onEachDatabase('the risk of a call', fixture => {
  let interlock: CoordinatorFixture;
  let agent: Awaited<ReturnType<CoordinatorFixture['agent']>>;

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

  const codeOf = (operation: Operation, input: object, credential: Credential = agent) =>
    interlock.call(operation, input, credential).then(
      () => 'done',
      (error: unknown) => (error instanceof InterlockError ? error.code : error),
    );
  const configure = async (settings: object) =>
    interlock.call(configureProject, { settings }, await interlock.operator());
  const misbehave = async (times: number, who = agent) => {
    for (let time = 0; time < times; time += 1) {
      expect(await codeOf(forceReleaseLock, { file_path: 'x', reason: 'mine' }, who)).toBe(
        'insufficient_trust_level',
      );
    }
  };
  const secret = () => codeOf(acquireLock, { file_path: '.env' });
  const lastDecision = async () => {
    const [row] = await fixture.db.query(sql<{ body: string }>`
      select body from audit_log where body::jsonb ->> 'session_id' = ${agent.sessionId}
        and body::jsonb ->> 'operation' = 'acquire_lock'
      order by recorded_at desc, sequence desc limit 1`);
    return (JSON.parse(row?.body ?? '{}') as { decision: { inputs: Record<string, unknown> } }).decision
      .inputs;
  };

  test('rises with what was refused to the session, until a person is asked', async () => {
    expect(await secret()).toBe('done');
    await misbehave(5);
    expect(await secret()).toBe('approval_pending');
    expect(await codeOf(acquireLock, { file_path: 'src/a.ts' })).toBe('done');
    expect(await codeOf(heartbeat, {})).toBe('done');
  });

  test('is of all paths of a call together', async () => {
    await misbehave(5);
    expect(await codeOf(acquireLock, { paths: ['src/a.ts', 'src/b.ts', '.env'] })).toBe('approval_pending');
  });

  test('is explained in the record, factor by factor', async () => {
    await misbehave(5);
    await secret();
    const { risk_score, risk_band, risk_factors } = await lastDecision();
    expect(risk_score).toBeGreaterThan(0.7);
    expect(risk_band).toBe('high');
    expect(risk_factors).toContainEqual(
      expect.objectContaining({ name: 'violations', value: 1, why: '5 refusals of late' }),
    );
  });

  test('that is low is explained by what adds to it', async () => {
    await configure({ 'risk.weights.unusualHours': 0 });
    expect(await codeOf(acquireLock, { file_path: 'src/a.ts' })).toBe('done');
    const { risk_score, risk_band, risk_factors } = await lastDecision();
    expect(risk_band).toBe('low');
    const factors = risk_factors as { name: string; adds: number; why: string }[];
    expect(factors.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['trust', 'operation', 'sessionAge']),
    );
    expect(factors.every(({ adds }) => adds > 0)).toBe(true);
    expect(factors.reduce((sum, { adds }) => sum + adds, 0)).toBeCloseTo(Number(risk_score), 3);
  });

  test('is refused where the project does not ask', async () => {
    await configure({ 'risk.aboveHigh': 'refuse' });
    await misbehave(5);
    expect(await secret()).toBe('risk_score_exceeded');
  });

  test('is nothing where it is switched off', async () => {
    await configure({ 'risk.enabled': false });
    await misbehave(5);
    expect(await secret()).toBe('done');
    expect(await lastDecision()).toMatchObject({ risk_score: 0, risk_band: 'low' });
  });

  test('has the thresholds and weights of the settings', async () => {
    await configure({ 'risk.thresholds.high': 0.2 });
    expect(await codeOf(acquireLock, { file_path: 'src/a.ts' })).toBe('approval_pending');
    await configure({ 'risk.weights.operation': 0, 'risk.weights.trust': 0 });
    expect(await codeOf(acquireLock, { file_path: 'src/a.ts' })).toBe('done');
  });

  test('falls again when the refusals are longer ago than the window', async () => {
    await misbehave(5);
    await fixture.db.query(
      sql`update session_usage set minute = minute - interval '61 minutes' where session_id = ${agent.sessionId}`,
    );
    const next = await openCoordinator(fixture.db, interlock.folder);
    const again = await next.call(acquireLock, { file_path: '.env' }, agent);
    await next.close();
    expect(again).toMatchObject({ success: true });
  });

  test('counts refusals over a restart and on every coordinator', async () => {
    await misbehave(5);
    const next = await openCoordinator(fixture.db, interlock.folder);
    await expect(next.call(acquireLock, { file_path: '.env' }, agent)).rejects.toMatchObject({
      code: 'approval_pending',
    });
    await next.close();
  });

  test('of an administrator with refusals is high, whatever it is about', async () => {
    const keen = await interlock.agent('strands_orchestrator', 'orla');
    expect(await codeOf(cleanupDeadAgents, { stale_threshold_minutes: 1440 }, keen)).toBe('done');
    await misbehaveAsAdmin(keen, 5);
    expect(await codeOf(cleanupDeadAgents, { stale_threshold_minutes: 1440 }, keen)).toBe('approval_pending');
  });

  /** What is refused to an agent of trust 3: what its list does not name. */
  const misbehaveAsAdmin = async (who: typeof agent, times: number) => {
    for (let time = 0; time < times; time += 1) {
      expect(await codeOf(forceReleaseLock, { file_path: 'x', reason: 'mine' }, who)).toBe(
        'operation_not_permitted',
      );
    }
  };
});
