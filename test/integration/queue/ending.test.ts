import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { listWork } from '../../../src/coordinator/queue/list.ts';
import { heartbeat } from '../../../src/coordinator/sessions/register.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { openQueueStand, type QueueStand, refusal, type Worker } from './stand.ts';

onEachDatabase('a claim', fixture => {
  let stand: QueueStand;
  let olive: Worker;
  let ada: Worker;
  let bob: Worker;

  beforeEach(async () => {
    stand = await openQueueStand(fixture.db);
    olive = await stand.worker('olive', { type: 'strands_orchestrator' });
    ada = await stand.worker('ada');
    bob = await stand.worker('bob');
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const claimed = async (description = 'a task', fields = {}) => {
    const id = await stand.task(olive, description, fields);
    expect(await stand.claim(ada)).toMatchObject({ task_id: id });
    return id;
  };
  const everything = async () => {
    const { tasks } = await stand.list({ status: 'all', limit: 500 });
    return Promise.all(tasks.map(task => stand.read(task.task_id)));
  };
  const unchanged = async (work: () => Promise<unknown>) => {
    const before = await everything();
    await work();
    expect(await everything()).toEqual(before);
  };

  describe('is a lease', () => {
    test('that lasts as long as its worker asked for, and again so when it is renewed', async () => {
      await stand.task(olive, 'long');
      const { task_id, lease_until } = await stand.claim(ada, { lease_minutes: 60 });
      const minutes = (at: string) => (Date.parse(at) - Date.now()) / 60_000;
      expect(minutes(lease_until)).toBeCloseTo(60, 0);
      await fixture.db.query(
        sql`update tasks set lease_until = lease_until - interval '50 minutes' where id = ${task_id}`,
      );
      expect(minutes((await stand.renew(ada, task_id)).lease_until)).toBeCloseTo(60, 0);
      expect(minutes((await stand.renew(ada, task_id, { lease_minutes: 5 })).lease_until)).toBeCloseTo(60, 0);
    });

    test('that every sign of life of its session renews', async () => {
      const id = await claimed();
      await fixture.db.query(
        sql`update tasks set lease_until = lease_until - interval '10 minutes' where id = ${id}`,
      );
      await stand.call(heartbeat, {}, ada.credential);
      const { lease_until } = await stand.read(id);
      expect((Date.parse(lease_until ?? '') - Date.now()) / 60_000).toBeCloseTo(15, 0);
      expect(await stand.status(id)).toBe('claimed');
    });

    test('that every other call of its session renews, too', async () => {
      const id = await claimed();
      await fixture.db.query(
        sql`update tasks set lease_until = lease_until - interval '10 minutes' where id = ${id}`,
      );
      const other = await openQueueStand(fixture.db, stand.folder);
      await other.call(listWork, {}, ada.credential);
      // It is written down every few seconds, and when the coordinator closes.
      await other.close();
      const { lease_until } = await stand.read(id);
      expect((Date.parse(lease_until ?? '') - Date.now()) / 60_000).toBeCloseTo(15, 0);
    });

    test('whose end sends the task back to the queue at once, whether or not anybody wrote it down', async () => {
      const id = await claimed();
      await stand.renew(ada, id);
      await stand.lapse(id);
      expect(await stand.read(id)).toMatchObject({
        status: 'pending',
        attempts: 1,
        claimed_by: null,
        session_id: null,
        lease_until: null,
        started_at: null,
      });
      expect((await stand.list()).tasks).toMatchObject([{ task_id: id, status: 'pending' }]);
      expect(await stand.claim(bob)).toMatchObject({ task_id: id, attempt: 2 });
    });

    test('whose end is written down and told', async () => {
      const id = await claimed();
      await stand.lapse(id);
      expect(await stand.settle()).toBeGreaterThan(0);
      await expect
        .poll(() => stand.events.map(event => event.topic === 'task.returned' && event.subject))
        .toContain(id);
      const [row] = await fixture.db.query(
        sql<{ status: string }>`select status from tasks where id = ${id}`,
      );
      expect(row).toEqual({ status: 'pending' });
      expect(await stand.claim(bob)).toMatchObject({ task_id: id, attempt: 2 });
    });

    test('that a dead claim does not bring back: heartbeats after its end leave it ended', async () => {
      const id = await claimed();
      await stand.lapse(id);
      await stand.call(heartbeat, {}, ada.credential);
      expect(await stand.status(id)).toBe('pending');
    });
  });

  describe('that is over', () => {
    test('hands nothing in: the task waits for a worker', async () => {
      const id = await claimed();
      await stand.lapse(id);
      await unchanged(async () => {
        for (const success of [true, false]) {
          const late = stand.complete(ada, id, { success });
          expect(await refusal(late)).toMatchObject({ code: 'claim_lost', params: { because: 'lapsed' } });
        }
        expect(await refusal(stand.renew(ada, id))).toMatchObject({ code: 'claim_lost' });
      });
    });

    test('hands nothing in: another worker has the task', async () => {
      const id = await claimed();
      await stand.lapse(id);
      await stand.claim(bob);
      const error = await refusal(stand.complete(ada, id));
      expect(error).toMatchObject({ code: 'claim_lost', params: { because: 'taken', claimed_by: 'bob' } });
      expect(error.message).toContain('bob has the task now');
      await stand.complete(bob, id, { result: 'bob’s' });
      expect(await refusal(stand.complete(ada, id))).toMatchObject({
        code: 'claim_lost',
        params: { because: 'completed' },
      });
      expect(await stand.read(id)).toMatchObject({ result: 'bob’s' });
    });

    test('hands nothing in: the task was cancelled', async () => {
      const id = await claimed();
      await stand.cancel(olive, id, 'we do without');
      const error = await refusal(stand.complete(ada, id));
      expect(error).toMatchObject({ code: 'claim_lost', params: { because: 'cancelled' } });
      expect(error.message).toContain('we do without');
    });

    test('does not keep its session from claiming the task again', async () => {
      const id = await claimed();
      await stand.lapse(id);
      expect(await stand.claim(ada)).toMatchObject({ task_id: id, attempt: 2 });
      await stand.complete(ada, id);
      expect(await stand.status(id)).toBe('completed');
    });
  });

  test('of nobody else completes or renews a task', async () => {
    const id = await claimed();
    await unchanged(async () => {
      expect(await refusal(stand.complete(bob, id))).toMatchObject({ code: 'task_not_claimed' });
      expect(await refusal(stand.renew(bob, id))).toMatchObject({ code: 'task_not_claimed' });
    });
    const twin = await stand.worker('ada');
    expect(await refusal(stand.complete(twin, id))).toMatchObject({ code: 'task_not_claimed' });
  });

  test('that is lost as often as the task may be tried leaves it failed', async () => {
    const id = await stand.task(olive, 'hard', { max_attempts: 2 });
    for (const worker of [ada, bob]) {
      expect(await stand.claim(worker)).toMatchObject({ task_id: id });
      await stand.lapse(id);
    }
    expect(await stand.claim(ada)).toMatchObject({ success: false, pending: 0, in_progress: 0 });
    expect(await stand.read(id)).toMatchObject({
      status: 'failed',
      failure: { code: 'attempts_exhausted' },
      attempts: 2,
    });
    expect(await refusal(stand.complete(bob, id))).toMatchObject({
      code: 'claim_lost',
      params: { because: 'attempts_exhausted' },
    });
    await stand.settle();
    expect(await stand.read(id)).toMatchObject({
      status: 'failed',
      failure: { code: 'attempts_exhausted' },
      claimed_by: 'bob',
    });
    expect(await stand.settle()).toBe(0);
  });

  describe('of a session that ends', () => {
    test('is given back in the same moment, and no other session’s is', async () => {
      const twin = await stand.worker('ada');
      const mine = await claimed('mine');
      const other = await stand.task(olive, 'other');
      await stand.claim(twin);
      await stand.renew(ada, mine);
      expect(await stand.end(ada)).toMatchObject({ tasks_returned: 1 });
      expect(await stand.read(mine)).toMatchObject({ status: 'pending', claimed_by: null });
      expect(await stand.status(other)).toBe('claimed');
      expect(await stand.claim(bob)).toMatchObject({ task_id: mine, attempt: 2 });
    });

    test('leaves a task failed that has no attempt left, and its dependants cancelled', async () => {
      const id = await claimed('once', { max_attempts: 1 });
      const next = await stand.task(olive, 'next', { depends_on: [id] });
      await stand.end(ada);
      expect(await stand.read(id)).toMatchObject({
        status: 'failed',
        failure: { code: 'attempts_exhausted' },
      });
      expect(await stand.read(next)).toMatchObject({
        status: 'cancelled',
        failure: { code: 'dependency_failed' },
      });
    });
  });

  describe('ends a task once', () => {
    test('and the same answer again is known, and changes nothing', async () => {
      const id = await claimed();
      const result = { files: ['a.ts', 'b.ts'], passed: true };
      expect(await stand.complete(ada, id, { result })).toMatchObject({ action: 'ended' });
      await unchanged(async () => {
        const again = { passed: true, files: ['a.ts', 'b.ts'] };
        expect(await stand.complete(ada, id, { result: again })).toMatchObject({
          action: 'known',
          status: 'completed',
        });
      });
    });

    test('and another answer is refused', async () => {
      const id = await claimed();
      await stand.complete(ada, id, { result: 1 });
      await unchanged(async () => {
        for (const fields of [{ result: 2 }, {}, { success: false }, { success: false, result: 1 }])
          expect(await refusal(stand.complete(ada, id, fields))).toMatchObject({ code: 'task_ended' });
        expect(await refusal(stand.cancel(olive, id))).toMatchObject({ code: 'task_ended' });
        expect(await refusal(stand.renew(ada, id))).toMatchObject({ code: 'claim_lost' });
      });
    });

    test('as failed, with the reason, and it is not tried again', async () => {
      const id = await claimed();
      await stand.complete(ada, id, {
        success: false,
        error_message: 'the API is gone',
        result: { tried: 3 },
      });
      expect(await stand.read(id)).toMatchObject({
        status: 'failed',
        failure: { code: 'task_failed', message: 'the API is gone' },
        result: { tried: 3 },
      });
      expect(await stand.claim(bob)).toMatchObject({ success: false });
    });

    test('and a reason why it failed goes with failing alone', async () => {
      const id = await claimed();
      expect(await refusal(stand.complete(ada, id, { error_message: 'but' }))).toMatchObject({
        code: 'invalid_input',
      });
    });
  });

  describe('has a deadline where the task has one', () => {
    test('after which the task has failed, whoever has it, whether or not anybody wrote it down', async () => {
      const deadline = new Date(Date.now() + 3_600_000).toISOString();
      const waiting = await stand.task(olive, 'waiting', { deadline, priority: 10 });
      const id = await claimed('claimed', { deadline, priority: 1 });
      await stand.passDeadline(id);
      await stand.passDeadline(waiting);
      for (const late of [id, waiting]) {
        expect(await stand.read(late)).toMatchObject({
          status: 'failed',
          failure: { code: 'deadline_exceeded' },
        });
      }
      expect(await stand.claim(bob)).toMatchObject({ success: false, pending: 0 });
      expect(await refusal(stand.complete(ada, id))).toMatchObject({
        code: 'claim_lost',
        params: { because: 'deadline_exceeded' },
      });
      expect(await refusal(stand.renew(ada, id))).toMatchObject({ code: 'claim_lost' });
      expect(await refusal(stand.cancel(olive, waiting))).toMatchObject({ code: 'task_ended' });
      await stand.settle();
      expect((await stand.list({ status: 'failed' })).counts).toMatchObject({ failed: 2, pending: 0 });
    });

    test('that takes those with it that depend on it', async () => {
      const deadline = new Date(Date.now() + 3_600_000).toISOString();
      const first = await stand.task(olive, 'first', { deadline });
      const second = await stand.task(olive, 'second', { depends_on: [first] });
      await stand.passDeadline(first);
      await stand.settle();
      expect(await stand.read(second)).toMatchObject({
        status: 'cancelled',
        failure: { code: 'dependency_failed' },
      });
    });

    test('which lies ahead when the task is submitted', async () => {
      for (const deadline of ['2020-01-01T00:00:00Z', '0000-01-01T00:00:00Z', 'tomorrow', '2030-01-01']) {
        expect(await refusal(stand.submit(olive, { deadline }))).toMatchObject({ code: 'invalid_input' });
      }
      expect((await stand.list({ status: 'all' })).tasks).toEqual([]);
    });
  });
});
