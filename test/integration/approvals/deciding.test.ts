import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { liftDenial } from '../../../src/coordinator/approvals/decide.ts';
import { listApprovals } from '../../../src/coordinator/approvals/list.ts';
import { cancelApproval } from '../../../src/coordinator/approvals/request.ts';
import { sweepExpired } from '../../../src/coordinator/approvals/sweep.ts';
import { checkApproval, waitForApproval } from '../../../src/coordinator/approvals/wait.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { deferred } from '../../support/deferred.ts';
import { type Agent, longBeforeTimeIsOver, openStand, refusal, type Stand } from './stand.ts';

onEachDatabase('an approval', fixture => {
  let stand: Stand;
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

  const check = async (approval_id: string, credential: Credential = agent) =>
    (await stand.call(checkApproval, { approval_id }, credential)) as { status: string; next: string };
  const wait = (approval_id: string, timeout_seconds: number, credential: Credential = agent) =>
    stand.call(waitForApproval, { approval_id, timeout_seconds }, credential) as Promise<{ status: string }>;
  /** Waits like `wait`, and answers only when the waiting has begun. */
  const waitInEarnest = async (approval_id: string) => {
    const begun = deferred();
    const answer = stand.coordinator.corridor.walk({
      operation: waitForApproval,
      input: { approval_id, timeout_seconds: 30 },
      credential: agent,
      door: 'mcp',
      cwd: stand.folder,
      onWaiting: () => begun.resolve(),
    });
    await begun.promise;
    return { answer };
  };
  const approve = async (command: string) => {
    const id = await stand.ask(command, agent);
    await stand.decide(id, { decision: 'approved' }, olga);
    return id;
  };
  const list = async (input: object, credential: Credential) =>
    ((await stand.call(listApprovals, input, credential)) as { approvals: Record<string, unknown>[] })
      .approvals;

  describe('that is given', () => {
    test('lets exactly that call pass, once, and is on the record of the call', async () => {
      const id = await approve('push force');
      expect(await check(id)).toMatchObject({ status: 'approved', decided: { by: 'Olga', scope: 'once' } });
      await expect(stand.run('push force', agent)).resolves.toEqual({ done: 'push force' });
      expect(await check(id)).toMatchObject({ status: 'consumed' });
      const { content_hash } = (await check(id)) as unknown as { content_hash: string };
      expect((await stand.records()).at(-1)).toMatchObject({
        operation: 'test_run',
        outcome: 'done',
        facts: { approval_id: id, content_hash },
      });

      const again = await stand.refusalOf('push force', agent);
      expect(again.code).toBe('approval_pending');
      expect(again.params.approval_id).not.toBe(id);
    });

    test('is on the record, with who decided, for whom and what', async () => {
      const id = await stand.ask('wipe recorded', agent);
      await stand.decide(id, { decision: 'approved', reason: 'it is a scratch folder' }, olga);
      expect((await stand.records()).at(-1)).toMatchObject({
        operation: 'decide_approval',
        caller: { kind: 'operator', name: 'Olga' },
        resource: { type: 'Approval', id },
        facts: {
          decision: 'approved',
          scope: 'once',
          reason: 'it is a scratch folder',
          for_operation: 'test_run',
          requester_agent: 'amber',
          requester_session: agent.sessionId,
        },
      });
    });

    test('is given back when the call fails after all, a read included', async () => {
      for (const operation of [stand.operations.run, stand.operations.look]) {
        const { params } = await stand.refusalOf('wipe and crash', agent, { operation });
        const id = String(params.approval_id);
        await stand.decide(id, { decision: 'approved' }, olga);
        const error = await stand.refusalOf('wipe and crash', agent, { operation });
        expect(error.code).toBe('internal_error');
        expect(await check(id)).toMatchObject({ status: 'approved' });
      }
    });

    test('is given back when the call answers that it did nothing, and then passes it', async () => {
      for (const operation of [stand.operations.run, stand.operations.patient]) {
        const { params } = await stand.refusalOf('wipe blocked', agent, { operation });
        const id = String(params.approval_id);
        await stand.decide(id, { decision: 'approved' }, olga);
        stand.blocked.add('wipe blocked');
        expect(await stand.run('wipe blocked', agent, { operation })).toMatchObject({ success: false });
        expect(await check(id)).toMatchObject({ status: 'approved' });
        stand.blocked.delete('wipe blocked');
        expect(await stand.run('wipe blocked', agent, { operation })).toEqual({ done: 'wipe blocked' });
        expect(await check(id)).toMatchObject({ status: 'consumed' });
      }
    });

    test('is given back when the caller goes away while the call waits', async () => {
      const operation = stand.operations.patient;
      const { params } = await stand.refusalOf('wipe and leave', agent, { operation });
      const id = String(params.approval_id);
      await stand.decide(id, { decision: 'approved' }, olga);
      const caller = new AbortController();
      const error = await stand.refusalOf('wipe and leave', agent, {
        operation,
        signal: caller.signal,
        onWaiting: () => caller.abort(),
      });
      expect(error.code).toBe('cancelled');
      expect(await check(id)).toMatchObject({ status: 'approved' });
    });

    test('is not given back beside a request that was filed for the same since', async () => {
      const how = { operation: stand.operations.patient, note: 'until told' };
      const { params } = await stand.refusalOf('wipe twice', agent, how);
      await stand.decide(String(params.approval_id), { decision: 'approved' }, olga);
      stand.blocked.add('wipe twice');
      const waits = deferred();
      const answer = stand.run('wipe twice', agent, { ...how, onWaiting: waits.resolve });
      await waits.promise;
      const newer = await stand.refusalOf('wipe twice', agent, how);
      stand.coordinator.bus.publish({ project: 'store', topic: 'events.gap', subject: '' });
      expect(await answer).toMatchObject({ success: false });
      expect(await check(String(params.approval_id))).toMatchObject({ status: 'consumed' });
      expect(await check(String(newer.params.approval_id))).toMatchObject({ status: 'pending' });
    });

    test('is used once by a call that waits, and the call goes on', async () => {
      const operation = stand.operations.patient;
      const { params } = await stand.refusalOf('wipe slowly', agent, { operation });
      await stand.decide(String(params.approval_id), { decision: 'approved' }, olga);
      await expect(stand.run('wipe slowly', agent, { operation })).resolves.toEqual({ done: 'wipe slowly' });
    });

    test('is used up by a read too, and on its record', async () => {
      const operation = stand.operations.look;
      const { params } = await stand.refusalOf('wipe look', agent, { operation });
      await stand.decide(String(params.approval_id), { decision: 'approved' }, olga);
      await stand.run('wipe look', agent, { operation });
      expect((await stand.records()).at(-1)).toMatchObject({
        operation: 'test_look',
        facts: { approval_id: params.approval_id },
      });
      expect((await stand.refusalOf('wipe look', agent, { operation })).code).toBe('approval_pending');
    });

    test('is bound to what the operation calls its content, and to its resource', async () => {
      const operation = stand.operations.runAt;
      const { params } = await stand.refusalOf('wipe it', agent, { operation, note: 'here' });
      await stand.decide(String(params.approval_id), { decision: 'approved' }, olga);
      const elsewhere = await stand.refusalOf('wipe it', agent, { operation, note: 'there' });
      expect(elsewhere).toMatchObject({ code: 'approval_pending', params: { is_new: true } });
      await expect(stand.run('wipe it', agent, { operation, note: 'here' })).resolves.toBeDefined();
    });

    test('covers what the person was told of: where more rules ask by now, they are asked anew', async () => {
      const first = await approve('wipe it');
      const error = await stand.refusalOf('wipe it', agent, { policy: 'night' });
      expect(error).toMatchObject({ code: 'approval_pending', params: { is_new: true } });
      expect(error.params.rules).toEqual(['files.recursive-delete', 'policy.night']);
      expect(await check(first)).toMatchObject({ status: 'cancelled' });

      await stand.decide(String(error.params.approval_id), { decision: 'approved' }, olga);
      await expect(stand.run('wipe it', agent)).resolves.toBeDefined();
    });

    test('in the last minute still leaves the agent ten minutes', async () => {
      const id = await stand.ask('push force late', agent);
      await stand.passMinutes(59);
      const { expires_at } = await stand.decide(id, { decision: 'approved' }, olga);
      await stand.passMinutes(9);
      expect(Date.parse(expires_at)).toBeGreaterThan(Date.now());
      await expect(stand.run('push force late', agent)).resolves.toBeDefined();
    });
  });

  describe('that is denied', () => {
    test('answers the call with who denied it and why, and asks nobody again for ten minutes', async () => {
      const id = await stand.ask('push force', agent);
      await stand.decide(id, { decision: 'denied', reason: 'rebase first' }, olga);
      for (const minutes of [0, 9]) {
        await stand.passMinutes(minutes);
        const error = await stand.refusalOf('push force', agent);
        expect(error).toMatchObject({
          code: 'approval_denied',
          params: { approval_id: id, decided_by: 'Olga', reason: 'rebase first' },
        });
        expect(error.message).toContain('denied by Olga: rebase first');
      }
      await stand.passMinutes(2);
      expect(await stand.ask('push force', agent)).not.toBe(id);
    });

    test('is asked anew at once when an operator has lifted the denial', async () => {
      const id = await stand.ask('push force', agent);
      await stand.decide(id, { decision: 'denied' }, olga);
      expect((await stand.refusalOf('push force', agent)).code).toBe('approval_denied');
      await stand.call(liftDenial, { approval_id: id }, olga);
      await stand.call(liftDenial, { approval_id: id }, olga);
      expect(await check(id)).toMatchObject({ status: 'denied' });
      expect(await stand.ask('push force', agent)).not.toBe(id);
    });

    test('says nothing about other content, or about the same content of another session', async () => {
      await stand.decide(await stand.ask('push force', agent), { decision: 'denied' }, olga);
      const other = await stand.agent('codex', 'blue');
      expect(await stand.ask('push force elsewhere', agent)).toBeDefined();
      expect(await stand.ask('push force', other)).toBeDefined();
    });
  });

  describe('that nobody decides', () => {
    test('reads as expired from its last moment on, before anything was swept', async () => {
      const id = await stand.ask('push force', agent);
      await stand.passMinutes(61);
      expect(await stand.row(id)).toMatchObject({ status: 'pending' });
      expect(await check(id)).toMatchObject({ status: 'expired' });
      expect(await list({}, agent)).toEqual([]);
      expect(await list({ status: 'expired' }, agent)).toMatchObject([{ approval_id: id }]);
    });

    test('counts as denied: it cannot be approved any more, and the call is told', async () => {
      const id = await stand.ask('push force', agent);
      await stand.passMinutes(60);
      const decision = await refusal(stand.decide(id, { decision: 'approved' }, olga));
      expect(decision.code).toBe('approval_expired');
      const error = await stand.refusalOf('push force', agent);
      expect(error).toMatchObject({ code: 'approval_expired', params: { approval_id: id } });
      expect(error.message).toContain('counts as no');
    });

    test('can be asked for anew soon after, swept or not', async () => {
      const first = await stand.ask('push force', agent);
      await stand.passMinutes(62);
      const second = await stand.ask('push force', agent);
      expect(second).not.toBe(first);
      expect(await stand.row(first)).toMatchObject({ status: 'expired' });
      await stand.passMinutes(62);
      await sweepExpired(fixture.db);
      expect(await stand.ask('push force', agent)).not.toBe(second);
    });

    test('is written down by a sweep, and recorded once, with what it was', async () => {
      const waiting = await stand.ask('wipe a', agent);
      const given = await approve('wipe b');
      await stand.passMinutes(61);
      const counts = await Promise.all([sweepExpired(fixture.db), sweepExpired(fixture.db)]);
      expect(counts[0] + counts[1]).toBeGreaterThanOrEqual(2);
      await sweepExpired(fixture.db);
      for (const [id, was] of [
        [waiting, 'pending'],
        [given, 'approved'],
      ]) {
        const records = (await stand.records()).filter(
          record => record.operation === 'expire_approval' && record.resource?.id === id,
        );
        expect(records).toHaveLength(1);
        expect(records[0]).toMatchObject({
          caller: { kind: 'system', name: 'expiry' },
          session_id: agent.sessionId,
          facts: { was, for_operation: 'test_run' },
        });
        expect(await stand.row(String(id))).toMatchObject({ status: 'expired' });
      }
    });
  });

  describe('that is waited for', () => {
    test('is answered when it is decided, at once', async () => {
      const id = await stand.ask('push force', agent);
      const { answer } = await waitInEarnest(id);
      await stand.decide(id, { decision: 'denied', reason: 'no' }, olga);
      const decidedAt = performance.now();
      expect(await answer).toMatchObject({ status: 'denied', decided: { by: 'Olga', reason: 'no' } });
      expect(performance.now() - decidedAt).toBeLessThan(longBeforeTimeIsOver);
    });

    test('is answered when it runs out, without a sweep', async () => {
      const id = await stand.ask('push force', agent);
      await fixture.db.query(
        sql`update approvals set expires_at = now() + interval '300 milliseconds' where id = ${id}`,
      );
      const beganAt = performance.now();
      expect(await wait(id, 30)).toMatchObject({ status: 'expired' });
      expect(performance.now() - beganAt).toBeLessThan(longBeforeTimeIsOver);
    });

    test('is answered as pending when the caller’s patience is over', async () => {
      const id = await stand.ask('push force', agent);
      expect(await wait(id, 0)).toMatchObject({ status: 'pending' });
      expect(await wait(id, 1)).toMatchObject({ status: 'pending' });
    });

    test('is answered when events may have been missed, since the answer may be among them', async () => {
      const id = await stand.ask('push force', agent);
      const { answer } = await waitInEarnest(id);
      await fixture.db.query(sql`
        update approvals set status = 'cancelled', closed_at = now(), close_reason = 'told to nobody' where id = ${id}`);
      const missedAt = performance.now();
      stand.coordinator.bus.publish({ project: 'store', topic: 'events.gap', subject: '' });
      expect(await answer).toMatchObject({ status: 'cancelled' });
      expect(performance.now() - missedAt).toBeLessThan(longBeforeTimeIsOver);
    });
  });

  describe('that is withdrawn', () => {
    test('by the agent that asked can be decided by nobody', async () => {
      const id = await stand.ask('push force', agent);
      const { answer } = await waitInEarnest(id);
      expect(await stand.call(cancelApproval, { approval_id: id }, agent)).toMatchObject({
        status: 'cancelled',
      });
      expect(await answer).toMatchObject({ status: 'cancelled' });
      const error = await refusal(stand.decide(id, { decision: 'approved' }, olga));
      expect(error).toMatchObject({ code: 'approval_already_decided', params: { status: 'cancelled' } });
      expect((await stand.records()).at(-2)).toMatchObject({
        operation: 'cancel_approval',
        caller: { kind: 'agent', name: 'amber' },
        facts: { approval_id: id },
      });
    });

    test('after it was given holds for nothing any more', async () => {
      const id = await approve('push force');
      await stand.call(cancelApproval, { approval_id: id }, agent);
      expect((await stand.refusalOf('push force', agent)).code).toBe('approval_pending');
      const error = await refusal(stand.call(cancelApproval, { approval_id: id }, agent));
      expect(error.code).toBe('approval_already_decided');
    });

    test('with the session that asked: what waits and what was given, and nothing of others', async () => {
      const waiting = await stand.ask('wipe a', agent);
      const given = await approve('wipe b');
      const other = await stand.agent('codex', 'blue');
      const others = await stand.ask('wipe a', other);
      expect(await stand.end(agent)).toMatchObject({ approvals: 2 });
      expect(await check(waiting)).toMatchObject({ status: 'cancelled', close_reason: 'the session ended' });
      expect(await check(given)).toMatchObject({ status: 'cancelled' });
      expect(await check(others, other)).toMatchObject({ status: 'pending' });
      const records = (await stand.records()).filter(record => record.caller.name === 'session end');
      expect(records.map(record => [record.operation, record.facts.was]).sort()).toEqual([
        ['cancel_approval', 'approved'],
        ['cancel_approval', 'pending'],
      ]);
    });
  });

  describe('is seen', () => {
    test('by the agent that asked and by operators; another agent is told that there is none', async () => {
      const id = await stand.ask('push force', agent);
      const other = await stand.agent('codex', 'blue');
      expect(await check(id, olga)).toMatchObject({ status: 'pending' });
      for (const operation of [checkApproval, waitForApproval, cancelApproval]) {
        const error = await refusal(stand.call(operation, { approval_id: id }, other));
        expect(error.code).toBe('approval_not_found');
      }
      expect(await list({}, other)).toEqual([]);
      expect((await list({}, olga)).map(each => each.approval_id)).toContain(id);
      expect(await list({ session_id: agent.sessionId }, olga)).toMatchObject([{ approval_id: id }]);
      expect(await list({ agent_id: 'nobody' }, olga)).toEqual([]);
    });

    test('without its content by a process that has proved nothing', async () => {
      await stand.ask('push force', agent);
      const [seen] = await list({}, { kind: 'none' });
      expect(seen).toMatchObject({
        status: 'pending',
        summary: null,
        policy: null,
        asks: [{ matched_text: null }],
      });
      expect(JSON.stringify(seen)).not.toContain('push force');
    });

    test('in its own project only', async () => {
      const id = await stand.ask('push force', agent);
      const elsewhere = await openStand(fixture.db);
      try {
        const error = await refusal(elsewhere.call(checkApproval, { approval_id: id }, olga));
        expect(error.code).toBe('approval_not_found');
        const decision = await refusal(elsewhere.decide(id, { decision: 'approved' }, olga));
        expect(decision.code).toBe('approval_not_found');
      } finally {
        await elsewhere.close();
      }
    });
  });
});
