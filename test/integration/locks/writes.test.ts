import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { repositoryPath } from '../../../src/coordinator/locks/repository-path.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { tableContents } from '../../support/table-contents.ts';
import { type LockStand, openLockStand, type Worker } from './stand.ts';

onEachDatabase('a write that a hook sees', fixture => {
  let stand: LockStand;
  let ada: Worker;
  let bob: Worker;

  beforeEach(async () => {
    stand = await openLockStand(fixture.db);
    ada = await stand.chat('ada');
    bob = await stand.chat('bob');
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const clear = { refusal: null, asks: [], advice: [] };

  test('takes the lock of a free file by itself, for 15 minutes and its worktree', async () => {
    const { locks, ...verdict } = await stand.write(ada, 'src/a.ts');
    expect(verdict).toEqual(clear);
    expect(locks).toMatchObject([{ file_path: 'src/a.ts' }]);
    const [lock] = await stand.shown();
    expect(lock).toMatchObject({ locked_by: 'ada', automatic: true, worktree: stand.folder });
    const minutes = (Date.parse(String(lock?.expires_at)) - Date.now()) / 60_000;
    expect(minutes).toBeCloseTo(15, 0);
  });

  test('is refused where another session holds the file, with who, since, until and what to do', async () => {
    await stand.acquire(ada, { file_path: 'src', reason: 'new parser' });
    const { refusal, locks } = await stand.write(bob, 'src/a.ts');
    expect(refusal).toMatchObject({
      code: 'locked_by_other',
      retryable: true,
      params: { file_path: 'src/a.ts', lock_path: 'src', locked_by: 'ada', lock_reason: 'new parser' },
    });
    expect(refusal?.message).toMatch(/src\/a\.ts is locked by ada since .+, until .+ \(“new parser”\)/);
    expect(refusal?.next).toContain('acquire_lock');
    expect(locks).toEqual([]);
    expect(await stand.peek(bob, 'src/a.ts')).toMatchObject({ refusal: { code: 'locked_by_other' } });
  });

  test('to everything, as a hard reset is, is refused in the name of the file that is held', async () => {
    await stand.acquire(ada, 'src/a.ts');
    for (const touched of ['.', 'src']) {
      const { refusal } = await stand.peek(bob, touched);
      expect(refusal?.message).toMatch(/^src\/a\.ts is locked by ada/);
    }
  });

  test('of several files gets all of them or none', async () => {
    await stand.write(ada, 'b');
    expect(await stand.write(bob, 'a', 'b')).toMatchObject({ refusal: { code: 'locked_by_other' } });
    expect(await stand.shown()).toHaveLength(1);
    expect((await stand.write(bob, 'a', 'c')).locks).toHaveLength(2);
  });

  test('needs no further lock where the session holds the file, by name or from an earlier write', async () => {
    await stand.acquire(ada, 'src/**');
    expect(await stand.write(ada, 'src/a.ts')).toEqual({ ...clear, locks: [] });
    await stand.write(ada, 'b');
    expect(await stand.write(ada, 'b')).toEqual({ ...clear, locks: [] });
    expect(await stand.shown()).toHaveLength(2);
  });

  test('is not covered by a lock that is shared', async () => {
    await stand.acquire(ada, { file_path: 'a', mode: 'shared' });
    await stand.acquire(bob, { file_path: 'a', mode: 'shared' });
    expect(await stand.write(ada, 'a')).toMatchObject({ refusal: { code: 'locked_by_other' } });
    await stand.release(bob, 'a');
    expect((await stand.write(ada, 'a')).locks).toHaveLength(1);
  });

  test('does not overtake those who wait for the file', async () => {
    await stand.acquire(ada, 'a');
    const leaving = new AbortController();
    const { answer } = await stand.queue(bob, { paths: ['a', 'b'] }, leaving.signal);
    const late = await stand.chat('late');
    expect(await stand.write(late, 'b')).toMatchObject({ refusal: { params: { reason: 'others_waiting' } } });
    leaving.abort();
    await expect(answer).rejects.toThrow();
    expect(await stand.write(late, 'b')).toMatchObject({ refusal: null });
  });

  test('turns into a lock by name when the agent asks for one', async () => {
    const [automatic] = (await stand.write(ada, 'a')).locks;
    const named = await stand.acquire(ada, 'a');
    expect(named).toMatchObject({ action: 'acquired' });
    expect(named.fence).toBeGreaterThan(automatic?.fence ?? 0);
    expect(await stand.shown()).toMatchObject([{ file_path: 'a', automatic: false }]);
  });

  test('renews the locks that earlier writes took, and leaves those by name alone', async () => {
    await stand.write(ada, 'a', 'b');
    const named = await stand.acquire(ada, { file_path: 'c', ttl_minutes: 10 });
    await fixture.db.query(
      sql`update locks set expires_at = now() + interval '1 minute' where session_id = ${ada.sessionId}`,
    );
    // Any tool call is a sign of life, also one that writes nothing.
    await stand.write(ada);
    const left = (await stand.shown()).map(lock => [
      lock.file_path,
      Math.round((Date.parse(String(lock.expires_at)) - Date.now()) / 60_000),
    ]);
    expect(Object.fromEntries(left)).toEqual({ a: 15, b: 15, c: 1 });
    expect(named.success).toBe(true);
  });

  test('is nothing to an agent that reads, whatever its trust', async () => {
    const reader = await stand.worker('reader', 'claude_code_web_reviewer');
    expect(await stand.write(reader)).toEqual({ ...clear, locks: [] });
    expect(await stand.peek(reader)).toEqual(clear);
  });

  test('peeked at changes nothing', async () => {
    await stand.acquire(ada, 'a');
    const before = await tableContents(fixture.db);
    expect(await stand.peek(bob, 'b')).toEqual(clear);
    expect(await stand.peek(bob, 'a')).toMatchObject({ refusal: { code: 'locked_by_other' } });
    const after = await tableContents(fixture.db);
    expect({ ...after, sessions: '' }).toEqual({ ...before, sessions: '' });
  });

  describe('where the project', () => {
    test('requires locks, is refused until the agent takes one', async () => {
      await stand.configure({ 'locks.onWrite': 'require' });
      const { refusal } = await stand.write(ada, 'src/a.ts');
      expect(refusal).toMatchObject({ code: 'lock_required', params: { paths: ['src/a.ts'] } });
      expect(refusal?.next).toContain('acquire_lock');
      expect(await stand.shown()).toEqual([]);
      await stand.acquire(ada, 'src');
      expect(await stand.write(ada, 'src/a.ts')).toMatchObject({ refusal: null, locks: [] });
    });

    test('has them off, takes nothing and still respects what others hold', async () => {
      await stand.configure({ 'locks.onWrite': 'off' });
      expect(await stand.write(ada, 'a')).toEqual({ ...clear, locks: [] });
      await stand.acquire(bob, 'b');
      expect(await stand.write(ada, 'b')).toMatchObject({ refusal: { code: 'locked_by_other' } });
    });
  });

  describe('after a pause', () => {
    test('is refused once with stale_fence where somebody took the file since, and may then begin anew', async () => {
      const [lost] = (await stand.write(ada, 'a')).locks;
      await stand.lapse(ada);
      await stand.write(bob, 'a');
      expect(await stand.write(ada, 'a')).toMatchObject({ refusal: { code: 'locked_by_other' } });
      await stand.stop(bob);
      const { refusal, locks } = await stand.write(ada, 'a');
      expect(refusal).toMatchObject({ code: 'stale_fence', params: { taken_by: 'bob', fence: lost?.fence } });
      expect(locks).toEqual([]);
      expect((await stand.write(ada, 'a')).locks[0]?.fence).toBeGreaterThan(lost?.fence ?? 0);
    });

    test('goes on where nobody took the file', async () => {
      await stand.write(ada, 'a');
      await stand.lapse(ada);
      expect((await stand.write(ada, 'a')).locks).toHaveLength(1);
    });

    test('is not held against a session that gave the file back itself', async () => {
      await stand.acquire(ada, 'a');
      await stand.release(ada, 'a');
      await stand.write(bob, 'a');
      await stand.stop(bob);
      expect(await stand.write(ada, 'a')).toMatchObject({ refusal: null });
    });
  });

  test('is over with the turn: what writes took is free, what was asked for by name is kept', async () => {
    await stand.write(ada, 'a');
    await stand.acquire(ada, 'b');
    await stand.stop(ada);
    expect(await stand.shown()).toMatchObject([{ file_path: 'b' }]);
    expect(await stand.write(bob, 'a')).toMatchObject({ refusal: null });
  });

  test('counts for the file behind a link, and not where it lies outside', async () => {
    await mkdir(path.join(stand.folder, 'src'));
    await writeFile(path.join(stand.folder, 'src/a.ts'), '');
    await symlink('src', path.join(stand.folder, 'link'));
    await symlink('/etc', path.join(stand.folder, 'etc'));
    const place = { worktree: stand.folder, foldsCase: false };
    const at = (given: string) => repositoryPath(given, place);
    expect(await at('link/a.ts')).toBe('src/a.ts');
    expect(await at(path.join(stand.folder, 'link/new/b.ts'))).toBe('src/new/b.ts');
    expect(await at('not/yet/there.ts')).toBe('not/yet/there.ts');
    expect(await at('.')).toBe('.');
    expect(await at('..foo/a')).toBe('..foo/a');
    expect(await at('etc/passwd')).toBe('outside');
    expect(await at('../elsewhere')).toBe('outside');
    expect(await at('/etc/passwd')).toBe('outside');
    expect(await repositoryPath('a', { worktree: null, foldsCase: false })).toBe('outside');
  });
});
