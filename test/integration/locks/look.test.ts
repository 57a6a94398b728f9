import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { checkLocks } from '../../../src/coordinator/locks/check.ts';
import { forceReleaseLock } from '../../../src/coordinator/locks/force-release.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type LockStand, openLockStand, refusal, type Worker } from './stand.ts';

onEachDatabase('who looks at locks', fixture => {
  let stand: LockStand;
  let olga: Credential;
  let ada: Worker;
  let bob: Worker;

  beforeEach(async () => {
    stand = await openLockStand(fixture.db);
    olga = await stand.operator();
    ada = await stand.worker('ada', 'claude_code');
    bob = await stand.worker('bob');
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  test('sees all of them, and whose they are, without a credential too', async () => {
    await stand.acquire(ada, { paths: ['src/**', 'api:x'], reason: 'new parser' });
    expect(await stand.shown()).toMatchObject([
      { file_path: 'src/**', kind: 'glob', mode: 'exclusive', locked_by: 'ada', lock_reason: 'new parser' },
      { file_path: 'api:x', kind: 'key', automatic: false, worktree: null, yours: false },
    ]);
    const own = (await stand.as(ada, checkLocks, {})) as { locks: { yours: boolean }[] };
    expect(own.locks.map(lock => lock.yours)).toEqual([true, true]);
  });

  test('for some paths sees what overlaps them, and which of them nobody else holds', async () => {
    await stand.acquire(ada, 'src/**');
    await stand.acquire(bob, 'lib');
    const answer = await stand.as(bob, checkLocks, { paths: ['src/a.ts', 'lib/b.ts', 'doc', 'api:x'] });
    expect(answer).toMatchObject({
      locks: [{ file_path: 'src/**' }, { file_path: 'lib', yours: true }],
      free: ['doc', 'lib/b.ts', 'api:x'],
      truncated: false,
    });
  });

  test('may ask for those of one agent', async () => {
    await stand.acquire(ada, 'a');
    await stand.acquire(bob, 'b');
    expect(await stand.shown({ locked_by: 'bob' })).toMatchObject([{ file_path: 'b' }]);
  });

  test('sees who waits, in the order in which they will be served', async () => {
    await stand.acquire(ada, 'a');
    const leaving = new AbortController();
    const first = await stand.queue(bob, { file_path: 'a', mode: 'shared' }, leaving.signal);
    const { waiting } = (await stand.call(checkLocks, { paths: ['a'] })) as { waiting: unknown };
    expect(waiting).toMatchObject([{ agent_id: 'bob', mode: 'shared', file_path: 'a', yours: false }]);
    leaving.abort();
    await refusal(first.answer);
  });

  test('sees those of its own project alone', async () => {
    const other = await openLockStand(fixture.db);
    await other.acquire(await other.worker('eve'), 'a');
    expect(await stand.shown()).toEqual([]);
    expect(await stand.acquire(ada, 'a')).toMatchObject({ success: true });
    await other.close();
  });

  describe('and ends one by force', () => {
    const force = (input: object, credential: Credential = olga) =>
      stand.call(forceReleaseLock, { reason: 'stuck for an hour', ...input }, credential);

    test('frees it at once; the reason and the holder are on the record', async () => {
      const { fence } = await stand.acquire(ada, { file_path: 'src/**', reason: 'new parser' });
      const released = [{ file_path: 'src/**', locked_by: 'ada', session_id: ada.sessionId, fence }];
      expect(await force({ file_path: 'src/**' })).toEqual({
        success: true,
        action: 'force_released',
        released,
      });
      expect(await stand.acquire(bob, 'src/a.ts')).toMatchObject({ success: true });
      const { records } = (await stand.call(queryAudit, { operation: 'force_release_lock' }, olga)) as {
        records: unknown[];
      };
      expect(records).toMatchObject([
        { caller: { kind: 'operator', name: 'Olga' }, facts: { reason: 'stuck for an hour', released } },
      ]);
    });

    test('ends one of several that share a path, where a session is named', async () => {
      await stand.acquire(ada, { file_path: 'a', mode: 'shared' });
      await stand.acquire(bob, { file_path: 'a', mode: 'shared' });
      await force({ file_path: 'a', session_id: bob.sessionId });
      expect(await stand.shown()).toMatchObject([{ locked_by: 'ada' }]);
      await stand.acquire(bob, { file_path: 'a', mode: 'shared' });
      await force({ file_path: 'a' });
      expect(await stand.shown()).toEqual([]);
    });

    test('needs the name of a lock that is there, a reason, and a person', async () => {
      await stand.acquire(ada, 'src/**');
      const near = await refusal(force({ file_path: 'src/a.ts' }));
      expect(near).toMatchObject({ code: 'lock_not_found_or_not_owner' });
      expect(near.next).toContain('src/**');
      expect(await refusal(force({ file_path: 'src/**', reason: ' ' }))).toMatchObject({
        code: 'invalid_input',
      });
      expect(await refusal(force({ file_path: 'src/**' }, ada.credential))).toMatchObject({
        code: 'insufficient_trust_level',
        message: expect.stringContaining('trust 4'),
      });
      expect(await refusal(force({ file_path: 'src/**' }, { kind: 'none' }))).toMatchObject({
        code: 'unauthenticated',
      });
      expect(await stand.shown()).toHaveLength(1);
    });

    test('is told to its holder at the next write, where somebody took the path since', async () => {
      const chat = await stand.chat('chat');
      await stand.acquire(chat, 'a');
      await force({ file_path: 'a' });
      await stand.acquire(bob, 'a');
      await stand.release(bob, 'a');
      expect(await stand.write(chat, 'a')).toMatchObject({ refusal: { code: 'stale_fence' } });
    });
  });
});
