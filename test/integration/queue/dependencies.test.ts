import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { onEachDatabase } from '../../support/databases.ts';
import { openQueueStand, type QueueStand, refusal, type Worker } from './stand.ts';

onEachDatabase('a task that depends on others', fixture => {
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

  const task = (description: string, ...depends_on: string[]) =>
    stand.task(olive, description, { depends_on });
  const holding = (description: string, ...depends_on: string[]) =>
    stand.task(olive, description, { depends_on, on_dependency_failure: 'hold' });
  const fail = async (id: string) => {
    expect(await stand.claim(ada)).toMatchObject({ task_id: id });
    return stand.complete(ada, id, { success: false, error_message: 'it cannot be done' });
  };

  test('is handed out when all of them have completed', async () => {
    const [a, b] = [await task('a'), await task('b')];
    const c = await task('c', a, b);
    expect(await stand.read(c)).toMatchObject({ status: 'pending', waits_for: 2 });
    await stand.claim(ada);
    await stand.claim(bob);
    expect(await stand.complete(ada, a)).toMatchObject({ ready: [] });
    expect(await stand.claim(ada)).toMatchObject({ success: false });
    expect(await stand.complete(bob, b)).toMatchObject({ ready: [c] });
    expect(await stand.claim(ada)).toMatchObject({ task_id: c });
  });

  test('waits however urgent it is', async () => {
    const slow = await stand.task(olive, 'slow', { priority: 10 });
    await stand.task(olive, 'urgent', { priority: 1, depends_on: [slow] });
    expect(await stand.claim(ada)).toMatchObject({ task_id: slow });
    expect(await stand.claim(bob)).toMatchObject({ success: false });
  });

  test('does not wait for what has completed before it is submitted', async () => {
    const a = await task('a');
    await stand.claim(ada);
    await stand.complete(ada, a);
    expect(await stand.submit(olive, { depends_on: [a] })).toMatchObject({ status: 'pending', waits_for: 0 });
    expect(await stand.claim(ada)).toMatchObject({ success: true, depends_on: [a] });
  });

  test('knows of one that completes while it is submitted', async () => {
    for (let round = 0; round < 25; round += 1) {
      const first = await task(`first ${round}`);
      expect(await stand.claim(ada)).toMatchObject({ task_id: first });
      const [, second] = await Promise.all([
        stand.complete(ada, first),
        stand.submit(olive, { depends_on: [first] }),
      ]);
      expect(await stand.claim(bob)).toMatchObject({ task_id: second.task_id });
      await stand.complete(bob, second.task_id);
    }
  });

  test('names tasks that are there', async () => {
    const unknown = '0190b6a0-0000-7000-8000-000000000000';
    const error = await refusal(stand.submit(olive, { depends_on: [await task('a'), unknown] }));
    expect(error).toMatchObject({ code: 'unknown_dependency', params: { unknown: [unknown] } });
    expect((await stand.list()).tasks).toHaveLength(1);
  });

  test('shows what it depends on, and what depends on it', async () => {
    const a = await task('a');
    const b = await task('b', a);
    const c = await task('c', b);
    expect(await stand.read(b)).toMatchObject({
      depends_on: [{ task_id: a, task_type: 'implement', status: 'pending', waived: false }],
      dependants: [c],
    });
  });

  describe('of which one does not complete', () => {
    test('is cancelled, and what depends on it, and the worker is told', async () => {
      const a = await task('a');
      const b = await task('b', a);
      const c = await task('c', b);
      const d = await task('d', a, c);
      const apart = await task('apart');
      const ended = await fail(a);
      expect([...ended.cancelled].sort()).toEqual([b, c, d].sort());
      for (const id of [b, c, d]) {
        expect(await stand.read(id)).toMatchObject({
          status: 'cancelled',
          failure: { code: 'dependency_failed' },
          ended_by: 'ada',
        });
      }
      expect((await stand.read(b)).failure?.message).toContain(a);
      expect(await stand.status(apart)).toBe('pending');
    });

    test('is cancelled where that one is cancelled', async () => {
      const a = await task('a');
      const b = await task('b', a);
      expect(await stand.cancel(olive, a)).toMatchObject({ cancelled: [b] });
      expect(await stand.read(b)).toMatchObject({ failure: { code: 'dependency_failed' } });
    });

    test('leaves what it depended on besides alone', async () => {
      const [a, b] = [await task('a'), await task('b')];
      const c = await task('c', a, b);
      await fail(a);
      expect(await stand.status(c)).toBe('cancelled');
      await stand.claim(bob);
      expect(await stand.complete(bob, b)).toMatchObject({ ready: [] });
      expect(await stand.status(c)).toBe('cancelled');
    });

    test('is cancelled at once where that one had failed before', async () => {
      const a = await task('a');
      await fail(a);
      expect(await stand.submit(olive, { depends_on: [a] })).toMatchObject({
        status: 'cancelled',
        failure_code: 'dependency_failed',
      });
    });
  });

  describe('and is to be held where one does not complete', () => {
    test('waits for a decision, and is shown so', async () => {
      const a = await task('a');
      const b = await holding('b', a);
      const c = await task('c', b);
      expect(await fail(a)).toMatchObject({ cancelled: [], held: [b] });
      expect(await stand.read(b)).toMatchObject({ status: 'pending', held: { reason: 'dependency_failed' } });
      expect(await stand.status(c)).toBe('pending');
      expect(await stand.list({ held: true })).toMatchObject({
        tasks: [{ task_id: b }],
        counts: { held: 1 },
      });
      expect(await stand.claim(bob)).toMatchObject({ success: false, held: 1 });
    });

    test('goes on without it when its submitter says so, and waits for the others', async () => {
      const [a, b] = [await task('a'), await task('b')];
      const c = await holding('c', a, b);
      await fail(a);
      expect(await refusal(stand.release(ada, c))).toMatchObject({ code: 'not_submitter' });
      expect(await stand.release(olive, c)).toMatchObject({ status: 'pending', waits_for: 1 });
      expect(await stand.read(c)).toMatchObject({
        held: null,
        depends_on: [
          { task_id: a, waived: true },
          { task_id: b, waived: false },
        ],
      });
      await stand.claim(bob);
      expect(await stand.complete(bob, b)).toMatchObject({ ready: [c] });
      expect(await stand.claim(bob)).toMatchObject({ task_id: c });
    });

    test('is held again where another one does not complete', async () => {
      const [a, b] = [await task('a'), await task('b')];
      const c = await holding('c', a, b);
      await fail(a);
      await stand.release(olive, c);
      await fail(b);
      expect(await stand.read(c)).toMatchObject({ held: { reason: 'dependency_failed' } });
      expect(await stand.release(olive, c)).toMatchObject({ waits_for: 0 });
      expect(await stand.claim(ada)).toMatchObject({ task_id: c });
    });

    test('is cancelled when its submitter says so, with what depends on it', async () => {
      const a = await task('a');
      const b = await holding('b', a);
      const c = await task('c', b);
      await fail(a);
      expect(await stand.cancel(olive, b)).toMatchObject({ cancelled: [c] });
    });

    test('is held at once where that one had failed before', async () => {
      const a = await task('a');
      await fail(a);
      const b = await holding('b', a);
      expect(await stand.read(b)).toMatchObject({ status: 'pending', held: { reason: 'dependency_failed' } });
      expect(await stand.release(stand.operatorKey, b)).toMatchObject({ waits_for: 0 });
    });

    test('is not released where nobody holds it', async () => {
      const a = await task('a');
      expect(await refusal(stand.release(olive, a))).toMatchObject({ code: 'task_not_held' });
    });
  });
});
