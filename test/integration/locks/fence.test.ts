import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkFenceOperation } from '../../../src/coordinator/locks/fence.ts';
import { forceReleaseLock } from '../../../src/coordinator/locks/force-release.ts';
import { endSession } from '../../../src/coordinator/sessions/end.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type LockStand, openLockStand, refusal, type Worker } from './stand.ts';

onEachDatabase('a fence', fixture => {
  let stand: LockStand;
  let ada: Worker;
  let bob: Worker;

  beforeEach(async () => {
    stand = await openLockStand(fixture.db);
    ada = await stand.worker('ada');
    bob = await stand.worker('bob');
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const check = (worker: Worker, file_path: string, fence: number | undefined) =>
    stand.as(worker, checkFenceOperation, { file_path, fence });
  const take = async (worker: Worker, path: string) => (await stand.acquire(worker, path)).fence ?? 0;

  test('grows with every acquisition, after release, expiry, force and the end of a session too', async () => {
    const fences: number[] = [await take(ada, 'a')];
    await stand.release(ada, 'a');
    fences.push(await take(bob, 'a'));
    await stand.lapse(bob);
    fences.push(await take(ada, 'a'));
    await stand.call(forceReleaseLock, { file_path: 'a', reason: 'test' }, await stand.operator());
    fences.push(await take(bob, 'a'));
    await stand.as(bob, endSession, {});
    fences.push(await take(ada, 'a'));
    expect(fences).toEqual([...fences].sort((a, b) => a - b));
    expect(new Set(fences).size).toBe(fences.length);
  });

  test('is good while its session holds the path, and afterwards until somebody else takes it', async () => {
    const fence = await take(ada, 'src/**');
    expect(await check(ada, 'src/a.ts', fence)).toEqual({ valid: true, file_path: 'src/a.ts', fence });
    await stand.lapse(ada);
    await take(bob, 'lib/b.ts');
    expect(await check(ada, 'src/a.ts', fence)).toMatchObject({ valid: true });
    await stand.acquire(ada, 'src/**');
    await stand.release(ada, 'src/**');
    await take(bob, 'src/a.ts');
    await stand.release(bob, 'src/a.ts');
    expect(await refusal(check(ada, 'src/a.ts', fence))).toMatchObject({ code: 'stale_fence' });
  });

  test('is stale when another session has taken what overlaps it: who, when, and with which fence', async () => {
    const fence = await take(ada, 'src/a.ts');
    await stand.lapse(ada);
    const newer = await take(bob, 'src');
    await stand.release(bob, 'src');
    const error = await refusal(check(ada, 'src/a.ts', fence));
    expect(error).toMatchObject({
      code: 'stale_fence',
      params: {
        file_path: 'src/a.ts',
        fence,
        taken_by: 'bob',
        session_id: bob.sessionId,
        newer_fence: newer,
      },
    });
    expect(error.message).toContain('bob');
    expect(error.next).toContain('Read the file again');
  });

  test('is stale when it was released and another session has taken exactly the same', async () => {
    const fence = await take(ada, 'a');
    await stand.release(ada, 'a');
    expect(await check(ada, 'a', fence)).toMatchObject({ valid: true });
    await take(bob, 'a');
    expect(await refusal(check(ada, 'a', fence))).toMatchObject({
      code: 'stale_fence',
      params: { taken_by: 'bob' },
    });
  });

  test('stays stale when the path went through many hands, back to its own session', async () => {
    const fence = await take(ada, 'a');
    await stand.release(ada, 'a');
    await take(bob, 'a');
    await stand.release(bob, 'a');
    const again = await take(ada, 'a');
    expect(await refusal(check(ada, 'a', fence))).toMatchObject({ code: 'stale_fence' });
    expect(await check(ada, 'a', again)).toMatchObject({ valid: true });
  });

  test('is good for the path it was given for, not for part of another', async () => {
    const fence = await take(ada, 'src/a.ts');
    expect(await refusal(check(ada, 'src/b.ts', fence))).toMatchObject({ code: 'stale_fence' });
    expect(await refusal(check(ada, 'src', fence))).toMatchObject({ code: 'stale_fence' });
  });

  test('is the fence of one session: invented or borrowed ones are stale', async () => {
    const fence = await take(ada, 'a');
    expect(await refusal(check(ada, 'a', fence + 1_000_000))).toMatchObject({ code: 'stale_fence' });
    expect(await refusal(check(bob, 'a', fence))).toMatchObject({ code: 'stale_fence' });
    await stand.release(ada, 'a');
    expect(await refusal(check(bob, 'a', fence))).toMatchObject({ code: 'stale_fence' });
  });
});
