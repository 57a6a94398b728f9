import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkFenceOperation } from '../../../src/coordinator/locks/fence.ts';
import { holdUnsavedFiles } from '../../../src/coordinator/locks/unsaved.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type LockStand, openLockStand, refusal, type Worker } from './stand.ts';

onEachDatabase('across worktrees', fixture => {
  let stand: LockStand;
  let there: string;
  let ada: Worker;
  let bob: Worker;
  let cleo: Worker;

  beforeEach(async () => {
    stand = await openLockStand(fixture.db, { repository: true });
    there = await stand.worktree('feature');
    ada = await stand.chat('ada');
    bob = await stand.chat('bob');
    cleo = await stand.chat('cleo', there);
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  test('first writes advise both sides: the one that writes now, and once the one that wrote before', async () => {
    await stand.write(ada, 'src/a.ts');
    const second = await stand.write(cleo, 'src/a.ts');
    expect(second).toMatchObject({ refusal: null, locks: [{ file_path: 'src/a.ts' }] });
    expect(second.advice).toEqual([expect.stringMatching(/ada changes src\/a\.ts too, on branch main/)]);
    expect(await stand.advice(ada)).toEqual([
      expect.stringMatching(/cleo changes src\/a\.ts too, on branch feature/),
    ]);
    expect(await stand.advice(ada)).toEqual([]);
    expect(await stand.write(cleo, 'src/a.ts')).toMatchObject({ advice: [] });
    expect(await stand.advice(ada)).toEqual([]);
    await expect
      .poll(() => stand.events.filter(event => event.topic === 'lock.advised'))
      .toMatchObject([{ subject: 'src/a.ts', facts: { agent: 'ada', other: 'cleo' } }]);
  });

  test('first writes exclude where the setting says so', async () => {
    await stand.configure({ 'locks.acrossWorktrees': 'exclude' });
    await stand.write(ada, 'a');
    expect(await stand.write(cleo, 'a')).toMatchObject({ refusal: { code: 'locked_by_other' } });
  });

  test('first writes in the same one exclude', async () => {
    await stand.write(ada, 'a');
    expect(await stand.write(bob, 'a')).toMatchObject({ refusal: { code: 'locked_by_other' } });
  });

  test('a lock by name excludes first writes, and is excluded by them', async () => {
    await stand.acquire(ada, 'a');
    expect(await stand.write(cleo, 'a')).toMatchObject({ refusal: { code: 'locked_by_other' } });
    await stand.write(cleo, 'b');
    expect(await stand.acquire(ada, 'b')).toMatchObject({ success: false, locked_by: 'cleo' });
    await stand.acquire(ada, 'c');
    expect(await stand.acquire(cleo, 'c')).toMatchObject({ success: false, locked_by: 'ada' });
  });

  test('a lock by name covers the writes of its session in all of them', async () => {
    await stand.acquire(ada, 'src');
    const elsewhere = { ...ada, folder: there };
    expect(await stand.write(elsewhere, 'src/a.ts')).toMatchObject({ refusal: null, locks: [] });
    await stand.write(ada, 'b');
    expect((await stand.write(elsewhere, 'b')).locks).toHaveLength(1);
  });

  test('a fence is not made stale by first writes in another one', async () => {
    const check = (fence: number | undefined) =>
      stand.as(ada, checkFenceOperation, { file_path: 'a', fence });
    const [lock] = (await stand.write(ada, 'a')).locks;
    await stand.lapse(ada);
    await stand.write(cleo, 'a');
    expect(await check(lock?.fence)).toMatchObject({ valid: true });
    await stand.stop(cleo);
    await stand.acquire(bob, 'a');
    expect(await refusal(check(lock?.fence))).toMatchObject({ code: 'stale_fence' });
  });

  test('unsaved changes are asked about in their own, and advised of in another', async () => {
    const olga = await stand.operator();
    const report = (paths: readonly string[], cwd: string) =>
      stand.coordinator.corridor.walk({
        operation: holdUnsavedFiles,
        input: { paths },
        credential: olga,
        door: 'http',
        cwd,
      });
    await report(['a'], stand.folder);
    await report(['a'], there);
    expect(await stand.write(cleo, 'a')).toMatchObject({ asks: [{ rule: 'locks.unsaved-editor' }] });
    await report([], there);
    const verdict = await stand.write(cleo, 'a');
    expect(verdict).toMatchObject({ asks: [], locks: [{ file_path: 'a' }] });
    expect(verdict.advice).toEqual([expect.stringContaining('Olga changes a too, on branch main')]);
    expect(await stand.write(ada, 'a')).toMatchObject({ asks: [{ rule: 'locks.unsaved-editor' }] });
  });
});
