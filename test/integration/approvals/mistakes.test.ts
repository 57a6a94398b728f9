import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decideApproval, liftDenial } from '../../../src/coordinator/approvals/decide.ts';
import { sweepExpired } from '../../../src/coordinator/approvals/sweep.ts';
import { checkApproval, waitForApproval } from '../../../src/coordinator/approvals/wait.ts';
import { revokeGrant } from '../../../src/coordinator/grants/operations.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { operations } from '../../../src/coordinator/operations.ts';
import { enrollOperator, hashOfKey } from '../../../src/coordinator/operators/operators.ts';
import { registerSession } from '../../../src/coordinator/sessions/register.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type Agent, longBeforeTimeIsOver, openStand, refusal, type Stand } from './stand.ts';

/** Each of these went wrong in an earlier system of this kind. */
onEachDatabase('the known mistakes', fixture => {
  let stand: Stand;
  let agent: Agent;
  let olga: Credential;
  let paul: Credential;

  beforeAll(async () => {
    stand = await openStand(fixture.db);
    olga = await stand.operator();
    paul = { kind: 'operator', key: 'the key of Paul' };
    await stand.call(enrollOperator, { name: 'Paul', key_hash: hashOfKey('the key of Paul') }, olga);
  });
  beforeEach(async () => {
    agent = await stand.agent('copilot', 'amber');
  });
  afterAll(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const statusOf = async (approval_id: string) =>
    ((await stand.call(checkApproval, { approval_id }, olga)) as { status: string }).status;
  const approve = async (command: string) => {
    const id = await stand.ask(command, agent);
    await stand.decide(id, { decision: 'approved' }, olga);
    return id;
  };

  test('an approval nobody consumes: the call that it lets through uses it up', async () => {
    const id = await approve('push force');
    await stand.run('push force', agent);
    expect(await statusOf(id)).toBe('consumed');
  });

  describe('self-approval', () => {
    const doors = ['mcp', 'http', 'hook', 'system'] as const;

    test('no door lets an agent decide, its own request or another’s', async () => {
      const other = await stand.agent('codex', 'blue');
      const id = await stand.ask('push force', agent);
      for (const credential of [agent, other]) {
        for (const door of doors) {
          for (const decision of ['approved', 'denied']) {
            const input = { approval_id: id, decision };
            const error = await refusal(
              stand.coordinator.corridor.walk({
                operation: decideApproval,
                input,
                credential,
                door,
                cwd: stand.folder,
              }),
            );
            expect(error.code).toBe('operation_not_permitted');
          }
        }
      }
      expect(await statusOf(id)).toBe('pending');
    });

    test('nor a session that acts for a person who may decide', async () => {
      const { token } = (await stand.call(registerSession, {
        agent_type: 'claude_code',
        delegated_from: 'Olga',
      })) as { token: string };
      const delegate: Credential = { kind: 'session', token };
      const id = await stand.ask('push force', delegate);
      const error = await refusal(stand.decide(id, { decision: 'approved' }, delegate));
      expect(error.code).toBe('operation_not_permitted');
    });

    test('nor a chat that a harness speaks for', async () => {
      const chat: Credential = { kind: 'harness', harness: 'vscode', sessionId: 'chat-1', agentId: 'Olga' };
      const id = await stand.ask('push force', chat);
      const error = await refusal(stand.decide(id, { decision: 'approved' }, chat));
      expect(error.code).toBe('operation_not_permitted');
    });

    test('nor a process without a credential, the coordinator itself, or a session’s token shown as a key', async () => {
      const id = await stand.ask('push force', agent);
      for (const [credential, code] of [
        [{ kind: 'none' }, 'unauthenticated'],
        [{ kind: 'system', name: 'clean-up' }, 'operation_not_permitted'],
        [{ kind: 'operator', key: agent.token }, 'unauthenticated'],
        [{ kind: 'session', token: 'the key of Paul' }, 'unauthenticated'],
      ] as const) {
        expect((await refusal(stand.decide(id, { decision: 'approved' }, credential))).code).toBe(code);
      }
      expect(await statusOf(id)).toBe('pending');
    });

    test('what decides, lifts or revokes is for operators alone, and is no tool of an agent', () => {
      const list: readonly Operation[] = operations;
      for (const { name } of [decideApproval, liftDenial, revokeGrant]) {
        const found = list.find(operation => operation.name === name);
        expect(found).toMatchObject({ callers: ['operator'], tool: false, access: 'admin' });
      }
    });
  });

  test('decided_by supplied by the caller: no field of the input names the decider', async () => {
    const id = await stand.ask('push force', agent);
    for (const forged of [
      { decided_by: 'Paul' },
      { operator_id: 'x' },
      { decided_at: '2020-01-01T00:00:00Z' },
    ]) {
      const error = await refusal(stand.decide(id, { decision: 'approved', ...forged }, olga));
      expect(error.code).toBe('invalid_input');
      expect(error.message).toContain(Object.keys(forged)[0]);
    }
    expect(await statusOf(id)).toBe('pending');
    expect((await stand.decide(id, { decision: 'approved' }, olga)).decided.by).toBe('Olga');
  });

  test('expiry that expires everything: what still has time keeps it', async () => {
    const old = await stand.ask('wipe old', agent);
    await stand.passMinutes(30);
    const young = await stand.ask('wipe young', agent);
    const given = await approve('wipe given');
    const denied = await stand.ask('wipe denied', agent);
    await stand.decide(denied, { decision: 'denied' }, olga);
    await stand.passMinutes(31);
    await sweepExpired(fixture.db);
    expect(await Promise.all([old, young, given, denied].map(statusOf))).toEqual([
      'expired',
      'pending',
      'approved',
      'denied',
    ]);
  });

  test('an approval used twice: of many calls at once exactly one passes', async () => {
    const id = await approve('push force once');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => stand.run('push force once', agent)),
    );
    expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1);
    const codes = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(codes.every(code => code === 'approval_used' || code === 'approval_pending')).toBe(true);
    expect(stand.done.filter(command => command === 'push force once')).toHaveLength(1);
    const uses = (await stand.records()).filter(
      record =>
        record.outcome === 'done' && record.operation === 'test_run' && record.facts.approval_id === id,
    );
    expect(uses).toHaveLength(1);
  });

  test('an approval used twice: a call that looked before another used it is refused', async () => {
    const id = await approve('push force twice');
    stand.meanwhile(() => stand.run('push force twice', agent).then(() => {}));
    const error = await stand.refusalOf('push force twice', agent);
    expect(error).toMatchObject({ code: 'approval_used', params: { approval_id: id }, retryable: true });
    expect(stand.done.filter(command => command === 'push force twice')).toHaveLength(1);
  });

  test('changed content does not pass, however small the change', async () => {
    await approve('push force origin topic');
    for (const changed of [
      'push force origin  topic',
      'push force origin topic ',
      'push force origin topik',
    ]) {
      expect((await stand.refusalOf(changed, agent)).code).toBe('approval_pending');
    }
    const operation = stand.operations.look;
    const otherwise = await stand.refusalOf('push force origin topic', agent, { operation });
    expect(otherwise.code).toBe('approval_pending');
  });

  test('another session cannot use it, though its agent has the same name', async () => {
    await approve('push force mine');
    const twin = await stand.agent('copilot', 'amber');
    expect((await stand.refusalOf('push force mine', twin)).code).toBe('approval_pending');
    await expect(stand.run('push force mine', agent)).resolves.toBeDefined();
  });

  test('approved, then expired before its use: it does not pass, and a person is asked anew', async () => {
    const id = await approve('push force too late');
    await stand.passMinutes(61);
    const error = await stand.refusalOf('push force too late', agent);
    expect(error).toMatchObject({ code: 'approval_pending', params: { is_new: true } });
    expect(error.params.approval_id).not.toBe(id);
    expect(stand.done).not.toContain('push force too late');
  });

  test('approved, then expired between the look at it and the act: it does not pass', async () => {
    await approve('push force at the last moment');
    stand.meanwhile(() => stand.passMinutes(61));
    const error = await stand.refusalOf('push force at the last moment', agent);
    expect(error.code).toBe('approval_expired');
    expect(stand.done).not.toContain('push force at the last moment');
  });

  test('two operators at once: one decision wins, the other learns who decided what', async () => {
    for (const round of Array.from({ length: 10 }, (_, i) => i)) {
      const id = await stand.ask(`wipe ${round}`, agent);
      const [yes, no] = await Promise.allSettled([
        stand.decide(id, { decision: 'approved' }, olga),
        stand.decide(id, { decision: 'denied', reason: 'not today' }, paul),
      ]);
      expect([yes.status, no.status].sort()).toEqual(['fulfilled', 'rejected']);
      const loser = yes.status === 'rejected' ? yes.reason : no.status === 'rejected' ? no.reason : undefined;
      const winner = yes.status === 'fulfilled' ? ['approved', 'Olga'] : ['denied', 'Paul'];
      expect(loser).toMatchObject({
        code: 'approval_already_decided',
        params: { status: winner[0], decided_by: winner[1], decided_at: expect.any(String) },
      });
      expect(loser.message).toContain(winner[1]);
      expect(await statusOf(id)).toBe(winner[0]);
    }
  });

  describe('a restart that loses something', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await realpath(await mkdtemp(path.join(tmpdir(), 'interlock-')));
    });
    afterEach(() => rm(folder, { recursive: true }));

    /** What a coordinator of its own, which is closed afterwards, is asked to do. */
    const inOneLife = async <T>(work: (interlock: Stand) => Promise<T>): Promise<T> => {
      const interlock = await openStand(fixture.db, folder);
      try {
        return await work(interlock);
      } finally {
        await interlock.close();
      }
    };

    test('between request and decision, and between decision and use', async () => {
      const operator = await inOneLife(interlock => interlock.operator());
      const session = await inOneLife(interlock => interlock.agent('copilot', 'amber'));
      const id = await inOneLife(interlock => interlock.ask('push force', session));
      await inOneLife(interlock => interlock.decide(id, { decision: 'approved' }, operator));
      await expect(inOneLife(interlock => interlock.run('push force', session))).resolves.toBeDefined();
      const again = await inOneLife(interlock => interlock.refusalOf('push force', session));
      expect(again.code).toBe('approval_pending');
    });

    test('what ran out while no coordinator was there is written down by the next one at once', async () => {
      const id = await inOneLife(async interlock => {
        const asked = await interlock.ask('push force', await interlock.agent('copilot'));
        await interlock.passMinutes(61);
        return asked;
      });
      await inOneLife(interlock => expect.poll(() => interlock.row(id)).toMatchObject({ status: 'expired' }));
    });
  });

  fixture.testWith('several connections')(
    'an agent that waits on one machine hears at once what is decided on another',
    async () => {
      const elsewhere = await openStand(fixture.connectAgain(), stand.folder);
      try {
        const id = await stand.ask('push force', agent);
        const waiting = stand.call(waitForApproval, { approval_id: id, timeout_seconds: 30 }, agent);
        await elsewhere.decide(id, { decision: 'approved' }, paul);
        const decidedAt = performance.now();
        expect(await waiting).toMatchObject({ status: 'approved', decided: { by: 'Paul' } });
        expect(performance.now() - decidedAt).toBeLessThan(longBeforeTimeIsOver);
        await expect(elsewhere.run('push force', agent)).resolves.toBeDefined();
        expect((await stand.refusalOf('push force', agent)).code).toBe('approval_pending');
      } finally {
        await elsewhere.close();
      }
    },
  );

  fixture.testWith('several connections')(
    'an approval used twice: calls through two coordinators at once, exactly one passes',
    async () => {
      const elsewhere = await openStand(fixture.connectAgain(), stand.folder);
      try {
        for (const round of Array.from({ length: 10 }, (_, i) => i)) {
          const command = `push force ${round} from two machines`;
          await approve(command);
          const outcomes = await Promise.allSettled(
            [stand, elsewhere, stand, elsewhere].map(each => each.run(command, agent)),
          );
          expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1);
        }
      } finally {
        await elsewhere.close();
      }
    },
  );
});
