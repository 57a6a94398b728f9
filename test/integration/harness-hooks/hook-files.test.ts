import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import { listHookFiles } from '../../../src/coordinator/harness-hooks/list.ts';
import { reportHookFile } from '../../../src/coordinator/harness-hooks/report.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import type { CoordinatorEvent } from '../../../src/coordinator/kernel/events.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';

const digest = 'a'.repeat(64);

onEachDatabase('the hook files', fixture => {
  let interlock: CoordinatorFixture;
  let operator: Credential;
  let files = 0;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    operator = await interlock.operator();
  });
  afterAll(async () => {
    expect(interlock.errors).toEqual([]);
    await interlock.close();
  });

  const newPath = () => `${interlock.folder}/${++files}/settings.local.json`;
  const report = async (path: string, what: string, who: Credential = operator) => {
    const input = { path, harness: 'claude', scope: 'project', what, digest };
    const { change } = (await interlock.call(reportHookFile, input, who)) as { change: string };
    return change;
  };
  const list = async () =>
    (await interlock.call(listHookFiles, {}, operator)) as {
      files: { path: string; state: string; since: string }[];
      fired: { harness: string; fired_at: string }[];
    };
  const stateOf = async (path: string) => (await list()).files.find(file => file.path === path)?.state;
  const recorded = async (path: string) => {
    const input = { operation: 'report_hook_file', resource: `hooks in ${path}` };
    const { records } = (await interlock.call(queryAudit, input, operator)) as {
      records: { facts: { change: string } }[];
    };
    return records.map(({ facts }) => facts.change).reverse();
  };

  test('are on the record once for each change, however many windows report it', async () => {
    const path = newPath();
    await report(path, 'connected');
    const changes = await Promise.all(Array.from({ length: 4 }, () => report(path, 'missing')));
    expect(changes.sort()).toEqual(['none', 'none', 'none', 'removed']);
    expect(await stateOf(path)).toBe('missing');
    expect(await report(path, 'altered')).toBe('altered');
    expect(await report(path, 'switched_off')).toBe('switched_off');
    expect(await report(path, 'in_force')).toBe('restored');
    expect(await report(path, 'in_force')).toBe('none');
    expect(await report(path, 'missing')).toBe('removed');
    expect(await report(path, 'connected')).toBe('restored');
    expect(await stateOf(path)).toBe('in_force');
    expect(await recorded(path)).toEqual([
      'connected',
      'removed',
      'altered',
      'switched_off',
      'restored',
      'removed',
      'restored',
    ]);
  });

  test('are not missed where nobody connected them, nor after a person disconnected them', async () => {
    const path = newPath();
    expect(await report(path, 'missing')).toBe('none');
    expect(await report(path, 'disconnected')).toBe('none');
    expect(await report(path, 'in_force')).toBe('found');
    expect(await report(path, 'disconnected')).toBe('disconnected');
    expect(await report(path, 'missing')).toBe('none');
    expect(await stateOf(path)).toBeUndefined();
    expect(await recorded(path)).toEqual(['found', 'disconnected']);
  });

  test('keep since when they are as they are', async () => {
    const path = newPath();
    const since = async () => (await list()).files.find(file => file.path === path)?.since;
    await report(path, 'connected');
    const before = await since();
    await report(path, 'in_force');
    expect(await since()).toBe(before);
  });

  test('need to be told apart, so hooks in force come with a digest', async () => {
    const input = { path: newPath(), harness: 'claude', scope: 'user', what: 'in_force' };
    await expect(interlock.call(reportHookFile, input, operator)).rejects.toThrow('digest');
    expect(await stateOf(input.path)).toBeUndefined();
  });

  test('cannot be reported by an agent, who could call what it took away disconnected', async () => {
    const path = newPath();
    await report(path, 'connected');
    const agent = await interlock.agent('claude_code');
    await expect(report(path, 'disconnected', agent)).rejects.toMatchObject({
      code: 'operation_not_permitted',
    });
    expect(await stateOf(path)).toBe('in_force');
  });

  describe('when hooks call', () => {
    const call = (harness: string, session: string) =>
      interlock.coordinator.answerHook({
        harness,
        event: 'PreToolUse',
        signal: AbortSignal.timeout(20_000),
        body: {
          payload: {
            session_id: session,
            cwd: interlock.folder,
            tool_name: 'Read',
            tool_input: { file_path: 'a' },
          },
          process: {},
        },
      });

    test('say when those of each harness last did, and tell it', async () => {
      const heard: CoordinatorEvent[] = [];
      const unsubscribe = interlock.coordinator.bus.subscribe(event => {
        if (event.topic === 'hooks.fired') heard.push(event);
      });
      await Promise.all([call('claude', 'one'), call('claude', 'two')]);
      await expect.poll(async () => (await list()).fired).toMatchObject([{ harness: 'claude' }]);
      await expect.poll(() => heard.map(({ subject }) => subject)).toEqual(['claude']);
      unsubscribe();
      const age = Date.now() - Date.parse((await list()).fired[0]?.fired_at ?? '');
      expect(Math.abs(age)).toBeLessThan(60_000);
    });

    test('count by the harness that really calls', async () => {
      await interlock.coordinator.answerHook({
        harness: 'claude',
        event: 'SessionStart',
        signal: AbortSignal.timeout(20_000),
        body: { payload: { session_id: 'three', turn_id: 't', cwd: interlock.folder }, process: {} },
      });
      await expect
        .poll(async () => (await list()).fired.map(({ harness }) => harness))
        .toEqual(['claude', 'codex']);
    });
  });
});
