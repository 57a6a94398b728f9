import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { checkLocks } from '../../../src/coordinator/locks/check.ts';
import { endSession } from '../../../src/coordinator/sessions/end.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type LockStand, openLockStand, refusal, type Worker } from './stand.ts';

onEachDatabase('waiting for a lock', fixture => {
  let stand: LockStand;
  let ada: Worker;
  let bob: Worker;
  let cleo: Worker;
  let dan: Worker;

  beforeEach(async () => {
    stand = await openLockStand(fixture.db);
    ada = await stand.worker('ada');
    bob = await stand.worker('bob');
    cleo = await stand.worker('cleo');
    dan = await stand.worker('dan');
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const waiting = async () =>
    ((await stand.call(checkLocks, {})) as { waiting: { agent_id: string; file_path: string }[] }).waiting;

  test('ends with the lock as soon as it is released', async () => {
    await stand.acquire(ada, 'src/**');
    const { answer } = await stand.queue(bob, 'src/a.ts');
    expect(await waiting()).toMatchObject([{ agent_id: 'bob', file_path: 'src/a.ts' }]);
    await stand.release(ada, 'src/**');
    expect(await answer).toMatchObject({ success: true, action: 'acquired', file_path: 'src/a.ts' });
    expect(await waiting()).toEqual([]);
  });

  test('is first come, first served', async () => {
    await stand.acquire(ada, 'a');
    const served: string[] = [];
    const queue = async (worker: Worker, name: string) => {
      const { answer } = await stand.queue(worker, 'a');
      const passed = answer.then(async got => {
        expect(got.success).toBe(true);
        served.push(name);
        await stand.release(worker, 'a');
      });
      return { passed };
    };
    const all = [await queue(bob, 'bob'), await queue(cleo, 'cleo'), await queue(dan, 'dan')];
    expect((await waiting()).map(waiter => waiter.agent_id)).toEqual(['bob', 'cleo', 'dan']);
    await stand.release(ada, 'a');
    await Promise.all(all.map(({ passed }) => passed));
    expect(served).toEqual(['bob', 'cleo', 'dan']);
  });

  test('is not overtaken by those who ask without waiting: they are told of the queue', async () => {
    await stand.acquire(ada, 'a');
    const { answer } = await stand.queue(bob, { paths: ['a', 'b'] });
    const refused = await stand.acquire(cleo, 'b');
    expect(refused).toMatchObject({
      success: false,
      reason: 'others_waiting',
      file_path: 'b',
      queue: [{ agent_id: 'bob', session_id: bob.sessionId }],
    });
    expect(refused.suggestion).toContain('wait_seconds');
    expect(await stand.acquire(cleo, 'c')).toMatchObject({ success: true });
    await stand.release(ada, 'a');
    expect(await answer).toMatchObject({ success: true });
  });

  test('lets those who share pass together, behind an exclusive one that came first', async () => {
    await stand.acquire(ada, 'a');
    const exclusive = await stand.queue(bob, 'a');
    const shared = [
      await stand.queue(cleo, { file_path: 'a', mode: 'shared' }),
      await stand.queue(dan, { file_path: 'a', mode: 'shared' }),
    ];
    await stand.release(ada, 'a');
    expect(await exclusive.answer).toMatchObject({ success: true });
    expect((await stand.shown()).map(lock => lock.locked_by)).toEqual(['bob']);
    await stand.release(bob, 'a');
    for (const { answer } of shared) expect(await answer).toMatchObject({ success: true });
    expect((await stand.shown()).map(lock => lock.locked_by).sort()).toEqual(['cleo', 'dan']);
  });

  test('is over when its time is: refused, and out of the queue', async () => {
    await stand.acquire(ada, 'a');
    const answer = await stand.acquire(bob, { file_path: 'a', wait_seconds: 1 });
    expect(answer).toMatchObject({ success: false, reason: 'locked_by_other', locked_by: 'ada' });
    expect(answer.suggestion).toContain('while you waited');
    expect(await waiting()).toEqual([]);
  });

  test('ends when the lease in its way lapses, without anybody saying so', async () => {
    await stand.acquire(ada, 'a');
    await fixture.db.query(
      sql`update locks set expires_at = clock_timestamp() + interval '300 ms' where session_id = ${ada.sessionId}`,
    );
    const { answer } = await stand.queue(bob, 'a');
    expect(await answer).toMatchObject({ success: true });
  });

  test('is given up when the caller goes away, and those behind go on', async () => {
    await stand.acquire(ada, 'a');
    const leaving = new AbortController();
    const first = await stand.queue(bob, { paths: ['a', 'b'] }, leaving.signal);
    const second = await stand.queue(cleo, 'b');
    leaving.abort();
    expect(await refusal(first.answer)).toMatchObject({ code: 'cancelled' });
    expect(await second.answer).toMatchObject({ success: true });
    expect(await waiting()).toEqual([]);
  });

  test('lapses with the coordinator that kept it', async () => {
    await stand.acquire(ada, 'a');
    const leaving = new AbortController();
    const { answer } = await stand.queue(bob, { paths: ['a', 'b'] }, leaving.signal);
    expect(await stand.acquire(cleo, 'b')).toMatchObject({ reason: 'others_waiting' });
    await fixture.db.query(
      sql`update lock_waiters set lease_until = now() - interval '1 second' where session_id = ${bob.sessionId}`,
    );
    expect(await stand.acquire(cleo, 'b')).toMatchObject({ success: true });
    leaving.abort();
    await refusal(answer);
  });

  test('ends with the session', async () => {
    await stand.acquire(ada, 'a');
    const { answer } = await stand.queue(bob, 'a');
    await stand.as(bob, endSession, {});
    expect(await refusal(Promise.all([answer, stand.release(ada, 'a')]))).toMatchObject({
      code: 'session_ended',
    });
    expect(await waiting()).toEqual([]);
  });

  describe('without end', () => {
    test('does not begin: the one who would close the circle is told at once', async () => {
      await stand.acquire(ada, 'a');
      await stand.acquire(bob, 'b');
      const { answer } = await stand.queue(ada, 'b');
      const refused = await stand.acquire(bob, { file_path: 'a', wait_seconds: 60 });
      expect(refused).toMatchObject({ success: false, reason: 'locked_by_other', locked_by: 'ada' });
      expect(refused.suggestion).toContain('wait for each other');
      await stand.release(bob, 'b');
      expect(await answer).toMatchObject({ success: true });
    });

    test('is found in a circle of three, and where two want more of what they share', async () => {
      await stand.acquire(ada, 'a');
      await stand.acquire(bob, 'b');
      await stand.acquire(cleo, 'c');
      const first = await stand.queue(ada, 'b');
      const second = await stand.queue(bob, 'c');
      expect(await stand.acquire(cleo, { file_path: 'a', wait_seconds: 60 })).toMatchObject({
        success: false,
      });
      await stand.release(cleo, 'c');
      expect(await second.answer).toMatchObject({ success: true });
      await stand.release(bob, { all: true });
      expect(await first.answer).toMatchObject({ success: true });

      await stand.acquire(cleo, { file_path: 's', mode: 'shared' });
      await stand.acquire(dan, { file_path: 's', mode: 'shared' });
      const upgrade = await stand.queue(cleo, 's');
      expect(await stand.acquire(dan, { file_path: 's', wait_seconds: 60 })).toMatchObject({
        success: false,
      });
      await stand.release(dan, 's');
      expect(await upgrade.answer).toMatchObject({ success: true });
    });

    test('does not come from the queue: who holds what the others wait for goes ahead of them', async () => {
      await stand.acquire(ada, 'src/**');
      const { answer } = await stand.queue(bob, { paths: ['src/a.ts', 'lib'] });
      expect(await stand.acquire(ada, 'src/**')).toMatchObject({ action: 'refreshed' });
      expect(await stand.acquire(ada, 'src/a.ts')).toMatchObject({ success: true });
      expect(await stand.acquire(ada, 'lib')).toMatchObject({ success: true });
      await stand.release(ada, { all: true });
      expect(await answer).toMatchObject({ success: true });
    });
  });

  fixture.testWith('several connections')('is one queue for all coordinators on a database', async () => {
    const elsewhere = await openLockStand(fixture.connectAgain(), { folder: stand.folder });
    await stand.acquire(ada, 'a');
    const far = await elsewhere.queue(bob, 'a');
    const near = await stand.queue(cleo, 'a');
    const refused = await elsewhere.acquire(dan, 'a');
    expect(refused).toMatchObject({ success: false, locked_by: 'ada' });
    const released = Date.now();
    await stand.release(ada, 'a');
    expect(await far.answer).toMatchObject({ success: true });
    expect(Date.now() - released).toBeLessThan(10_000);
    await elsewhere.release(bob, 'a');
    expect(await near.answer).toMatchObject({ success: true });
    await elsewhere.close();
  });
});
