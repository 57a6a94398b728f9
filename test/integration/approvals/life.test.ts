import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listApprovals } from '../../../src/coordinator/approvals/list.ts';
import { checkApproval } from '../../../src/coordinator/approvals/wait.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import type { CoordinatorEvent } from '../../../src/coordinator/kernel/events.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { openStand } from './stand.ts';

type Agent = Credential & { kind: 'session'; sessionId: string };

onEachDatabase('an approval', fixture => {
  let stand: Awaited<ReturnType<typeof openStand>>;
  let agent: Agent;
  let olga: Credential;

  beforeAll(async () => {
    stand = await openStand(fixture.db);
    olga = await stand.operator();
  });
  beforeEach(async () => {
    agent = await stand.agent('copilot', 'amber');
  });
  afterAll(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const statusOf = async (approval_id: string, credential: Credential = olga) =>
    (await stand.call(checkApproval, { approval_id }, credential)) as { status: string };
  const pending = async (credential: Credential) =>
    (
      (await stand.call(listApprovals, {}, credential)) as { approvals: { approval_id: string }[] }
    ).approvals.map(each => each.approval_id);

  describe('is asked for', () => {
    test('where a rule asks: nothing is done, and the agent learns what to do next', async () => {
      const error = await stand.refusalOf('push force', agent);
      expect(error.code).toBe('approval_pending');
      expect(error.message).toContain('it overwrites the history of a branch on the server');
      expect(error.params).toMatchObject({ operation: 'test_run', rules: ['git.force-push'], is_new: true });
      expect(error.next).toContain(`wait_for_approval with approval_id ${error.params.approval_id}`);
      expect(Date.parse(String(error.params.expires_at))).toBeGreaterThan(Date.now() + 50 * 60_000);
      expect(stand.done).not.toContain('push force');
    });

    test('not at all where nothing asks', async () => {
      await expect(stand.run('status', agent)).resolves.toEqual({ done: 'status' });
    });

    test('with everything that a person needs to decide it', async () => {
      const id = await stand.ask('push force main', agent);
      expect(await statusOf(id)).toMatchObject({
        approval_id: id,
        status: 'pending',
        operation: 'test_run',
        resource: { type: 'Tool', id: 'shell' },
        filed_by: 'corridor',
        session_id: agent.sessionId,
        agent_id: 'amber',
        agent_type: 'copilot',
        decided: null,
        asks: [
          {
            rule: 'git.force-push',
            category: 'git',
            effect: 'it overwrites the history of a branch on the server',
            why: 'what others pushed there is lost',
            suggestion: 'push without force',
            matched_text: 'force',
          },
          { rule: 'git.protected-branch', why: null, matched_text: 'main' },
        ],
        policy: { decision: 'allow', engine: 'native' },
        summary: {
          command: { text: 'push force main', shell: 'bash', cwd: '/repository' },
          truncated: false,
        },
      });
    });

    test('where a policy asks, naming the policy', async () => {
      const error = await stand.refusalOf('status', agent, { policy: 'risky-hours' });
      expect(error.params.rules).toEqual(['policy.risky-hours']);
      expect(error.message).toContain('the policy asks for a person');
    });

    test('once, however often and however much at once the agent repeats the call', async () => {
      const errors = await Promise.all(
        Array.from({ length: 8 }, () => stand.refusalOf('push force again', agent)),
      );
      expect(new Set(errors.map(error => error.params.approval_id)).size).toBe(1);
      expect(errors.filter(error => error.params.is_new === true)).toHaveLength(1);
      expect(await pending(agent)).toHaveLength(1);
    });

    test('not of operators, who would ask themselves, nor of the coordinator', async () => {
      await expect(stand.run('push force by hand', olga)).resolves.toBeDefined();
      await expect(
        stand.run('push force by clock', { kind: 'system', name: 'clock' }),
      ).resolves.toBeDefined();
    });

    test('not by a process without a session, which could not be told the answer', async () => {
      const error = await stand.refusalOf(
        'push force',
        { kind: 'none' },
        { operation: stand.operations.look },
      );
      expect(error.code).toBe('unauthenticated');
      expect(error.next).toContain('register_session');
    });

    test('for an hour, or for as long as the project says', async () => {
      const minutesLeft = async (command: string) => {
        const row = await stand.row(await stand.ask(command, agent));
        return (Number(row.expires_at) - Number(row.requested_at)) / 60_000;
      };
      expect(await minutesLeft('wipe a')).toBe(60);
      // Each coordinator hears of the setting by an event, in its own time.
      let asked = 0;
      const minutesOfNext = () => minutesLeft(`wipe b${asked++}`);
      await stand.call(configureProject, { settings: { 'approvals.timeoutMinutes': 7 } }, olga);
      await expect.poll(minutesOfNext).toBe(7);
      await stand.call(configureProject, { settings: { 'approvals.timeoutMinutes': 60 } }, olga);
      await expect.poll(minutesOfNext).toBe(60);
    });

    test('by a session that waits for fifty answers already: not any more', async () => {
      const eager = await stand.agent('codex', 'eager');
      for (let i = 0; i < 50; i++) await stand.ask(`wipe ${i}`, eager);
      const error = await stand.refusalOf('wipe 50', eager);
      expect(error.code).toBe('resource_limit_exceeded');
      expect(await stand.ask('wipe 0', eager)).toBeDefined();
    });

    test('with an event, and on the record, before the agent is told', async () => {
      const events: CoordinatorEvent[] = [];
      const unsubscribe = stand.coordinator.bus.subscribe(event => events.push(event));
      const id = await stand.ask('wipe audited', agent);
      // Events of what was asked before may still come in.
      await expect
        .poll(() => events.find(event => event.topic === 'approval.requested' && event.subject === id))
        .toMatchObject({ facts: { agent: 'amber', operation: 'test_run' } });
      unsubscribe();
      const [filed, refused] = (await stand.records()).slice(-2);
      expect(filed).toMatchObject({
        operation: 'request_approval',
        outcome: 'done',
        session_id: agent.sessionId,
        resource: { type: 'Approval', id },
        facts: { approval_id: id, for_operation: 'test_run', rules: ['files.recursive-delete'] },
      });
      expect(refused).toMatchObject({
        operation: 'test_run',
        outcome: 'denied',
        code: 'approval_pending',
        facts: { approval_id: id, content_hash: filed?.facts.content_hash },
      });
    });

    test('of content of any size: bounded for the person, bound to the whole', async () => {
      const long = `wipe ${'x'.repeat(200_000)}`;
      const id = await stand.ask(long, agent);
      const shown = (await statusOf(id)) as unknown as {
        summary: { command: { text: string }; truncated: boolean };
      };
      expect(shown.summary.truncated).toBe(true);
      expect(shown.summary.command.text.length).toBe(8_000);
      await stand.decide(id, { decision: 'approved' }, olga);
      expect((await stand.refusalOf(`${long}y`, agent)).code).toBe('approval_pending');
      await expect(stand.run(long, agent)).resolves.toBeDefined();
    });
  });
});
