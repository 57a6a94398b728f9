import { rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { extendLock } from '../../../src/coordinator/locks/extend.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { tableContents } from '../../support/table-contents.ts';
import { type LockStand, openLockStand, refusal, type Worker } from './stand.ts';

onEachDatabase('a lock', fixture => {
  let stand: LockStand;
  let ada: Worker;
  let bob: Worker;

  beforeEach(async () => {
    stand = await openLockStand(fixture.db);
    ada = await stand.worker('ada', 'claude_code');
    bob = await stand.worker('bob', 'codex');
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const minutesLeft = (at: string | undefined) => (Date.parse(at ?? '') - Date.now()) / 60_000;
  const unchanged = async (work: () => Promise<unknown>) => {
    const { sessions: _, ...before } = await tableContents(fixture.db);
    await work();
    const { sessions: __, ...after } = await tableContents(fixture.db);
    expect(after).toEqual(before);
  };

  test('is acquired with a fence, for two hours unless asked otherwise', async () => {
    const answer = await stand.acquire(ada, { file_path: './src//a.ts', reason: 'new parser' });
    expect(answer).toMatchObject({ success: true, action: 'acquired', file_path: 'src/a.ts' });
    expect(answer.fence).toBeGreaterThan(0);
    expect(minutesLeft(answer.expires_at)).toBeCloseTo(120, 0);
    const short = await stand.acquire(ada, { file_path: 'src/b.ts', ttl_minutes: 5 });
    expect(minutesLeft(short.expires_at)).toBeCloseTo(5, 0);
  });

  test('is on the same file by whichever absolute way its agent came to the worktree', async () => {
    const link = path.join(tmpdir(), `way-${crypto.randomUUID()}`);
    await symlink(stand.folder, link);
    for (const given of [`${link}/src/new/a.ts`, `${link}/src/**`]) {
      const answer = await stand.acquire(ada, given);
      expect(answer).toMatchObject({ success: true, file_path: given.slice(link.length + 1) });
    }
    const { code } = await refusal(stand.acquire(ada, `${tmpdir()}/elsewhere/a.ts`));
    expect(code).toBe('invalid_file_path');
    await rm(link);
  });

  test('is refreshed by its own session: the fence stays, and the reason unless another is given', async () => {
    const first = await stand.acquire(ada, { file_path: 'a', reason: 'new parser', ttl_minutes: 5 });
    const again = await stand.acquire(ada, { file_path: 'a', ttl_minutes: 10 });
    expect(again).toMatchObject({ action: 'refreshed', fence: first.fence });
    expect(minutesLeft(again.expires_at)).toBeCloseTo(10, 0);
    expect(await stand.shown()).toMatchObject([{ lock_reason: 'new parser', locked_by: 'ada' }]);
    await stand.acquire(ada, { file_path: 'a', reason: 'old parser' });
    expect(await stand.shown()).toMatchObject([{ lock_reason: 'old parser' }]);
  });

  test('is not made shorter by a refresh', async () => {
    await stand.acquire(ada, { file_path: 'a', ttl_minutes: 480 });
    const again = await stand.acquire(ada, 'a');
    expect(minutesLeft(again.expires_at)).toBeCloseTo(480, 0);
  });

  test('is refused to others with holder, since, until, reason and what to do', async () => {
    const held = await stand.acquire(ada, { file_path: 'src/a.ts', reason: 'new parser' });
    const answer = await stand.acquire(bob, 'src');
    expect(answer).toMatchObject({
      success: false,
      reason: 'locked_by_other',
      file_path: 'src',
      lock_path: 'src/a.ts',
      locked_by: 'ada',
      agent_type: 'claude_code',
      session_id: ada.sessionId,
      expires_at: held.expires_at,
      lock_reason: 'new parser',
    });
    expect(answer.suggestion).toContain('wait_seconds');
    expect(answer.suggestion).toContain('ada');
  });

  test('is held by a session: two of one agent are two holders', async () => {
    const other = await stand.worker('ada', 'claude_code');
    await stand.acquire(ada, 'a');
    expect(await stand.acquire(other, 'a')).toMatchObject({ success: false, session_id: ada.sessionId });
  });

  test.each([0, 0.5, -1, 481, 1e9])('of %d minutes is refused', async ttl_minutes => {
    const error = await refusal(stand.acquire(ada, { file_path: 'a', ttl_minutes }));
    expect(error).toMatchObject({ code: 'ttl_out_of_range', params: { min: 1, max: 480 } });
    expect(await stand.shown()).toEqual([]);
  });

  test.each(['', '  ', '..', '../x', '/etc/passwd', 'a\nb', 'api:'])('on %j is refused', async file_path => {
    expect(await refusal(stand.acquire(ada, file_path))).toMatchObject({ code: 'invalid_file_path' });
    expect(await refusal(stand.acquire(ada, { paths: ['a', file_path] }))).toMatchObject({
      code: 'invalid_file_path',
    });
    expect(await stand.shown()).toEqual([]);
  });

  test('needs one way of naming what is meant', async () => {
    expect(await refusal(stand.acquire(ada, {}))).toMatchObject({ code: 'invalid_input' });
    const both = { file_path: 'a', paths: ['b'] };
    expect(await refusal(stand.acquire(ada, both))).toMatchObject({ code: 'invalid_input' });
  });

  test.each([
    ['exclusive', 'exclusive', false],
    ['exclusive', 'shared', false],
    ['shared', 'exclusive', false],
    ['shared', 'shared', true],
  ])('held %s lets another have it %s: %s', async (held, mode, expected) => {
    await stand.acquire(ada, { file_path: 'a', mode: held });
    expect((await stand.acquire(bob, { file_path: 'a', mode })).success).toBe(expected);
  });

  test('shared becomes exclusive with a new fence, and not while another session shares it', async () => {
    const shared = await stand.acquire(ada, { file_path: 'a', mode: 'shared' });
    await stand.acquire(bob, { file_path: 'a', mode: 'shared' });
    expect(await stand.acquire(ada, 'a')).toMatchObject({ success: false, locked_by: 'bob' });
    await stand.release(bob, 'a');
    const exclusive = await stand.acquire(ada, 'a');
    expect(exclusive).toMatchObject({ success: true, action: 'acquired' });
    expect(exclusive.fence).toBeGreaterThan(shared.fence ?? 0);
  });

  test('exclusive becomes shared as a refresh, and then lets readers in', async () => {
    const exclusive = await stand.acquire(ada, 'a');
    const shared = await stand.acquire(ada, { file_path: 'a', mode: 'shared' });
    expect(shared).toMatchObject({ action: 'refreshed', fence: exclusive.fence });
    expect(await stand.acquire(bob, { file_path: 'a', mode: 'shared' })).toMatchObject({ success: true });
  });

  test('on several paths is taken as a whole, each with its own fence', async () => {
    const answer = await stand.acquire(ada, { paths: ['b', 'a', './b', 'lib/**', 'api:x'] });
    expect(answer.locks?.map(lock => lock.file_path)).toEqual(['a', 'b', 'lib/**', 'api:x']);
    expect(new Set(answer.locks?.map(lock => lock.fence)).size).toBe(4);
    const more = await stand.acquire(ada, { paths: ['b', 'c'] });
    expect(more).toMatchObject({ action: 'acquired' });
    expect(more.locks?.map(lock => lock.action)).toEqual(['refreshed', 'acquired']);
  });

  test('on several paths is not taken at all where one of them is held', async () => {
    await stand.acquire(bob, 'b');
    await unchanged(async () => {
      expect(await stand.acquire(ada, { paths: ['a', 'b', 'c'] })).toMatchObject({
        success: false,
        file_path: 'b',
        locked_by: 'bob',
      });
    });
  });

  test.each([
    ['src/**', 'src/a.ts', false],
    ['src/a.ts', 'src/**', false],
    ['src', 'src/deep/a.ts', false],
    ['src/deep/a.ts', 'src/', false],
    ['src/*.ts', 'src/a*', false],
    ['**/*.ts', 'src/*.js', true],
    ['src/a.ts', 'src/ab.ts', true],
    ['.', 'anything', false],
    ['.', 'api:POST /users', true],
    ['api:POST /users', 'api:POST /users', false],
    ['api:src', 'src', true],
  ])('on %s leaves %s free: %s', async (held, asked, expected) => {
    await stand.acquire(ada, held);
    expect((await stand.acquire(bob, asked)).success).toBe(expected);
  });

  test('that was refused, expired or malformed has changed nothing', async () => {
    await stand.acquire(ada, 'a');
    await unchanged(async () => {
      await stand.acquire(bob, 'a');
      await refusal(stand.acquire(bob, '..'));
      await refusal(stand.release(bob, 'a'));
      await refusal(stand.as(bob, extendLock, { file_path: 'a' }));
    });
  });

  test('holds nobody up once it has expired, whether or not anything swept it', async () => {
    const first = await stand.acquire(ada, 'src/**');
    await stand.lapse(ada);
    expect(await stand.shown()).toEqual([]);
    const second = await stand.acquire(bob, 'src/a.ts');
    expect(second).toMatchObject({ success: true, action: 'acquired' });
    expect(second.fence).toBeGreaterThan(first.fence ?? 0);
  });

  test('that lapsed is acquired anew by its session, and told what happened to it since', async () => {
    const first = await stand.acquire(ada, 'a');
    await stand.lapse(ada);
    const undisturbed = await stand.acquire(ada, 'a');
    expect(undisturbed).toMatchObject({ action: 'acquired' });
    expect(undisturbed.fence).toBeGreaterThan(first.fence ?? 0);
    expect(undisturbed.advice).toBeUndefined();
    await stand.lapse(ada);
    await stand.acquire(bob, 'a');
    await stand.release(bob, 'a');
    const { advice } = await stand.acquire(ada, 'a');
    expect(advice).toHaveLength(1);
    expect(advice?.[0]).toContain('bob');
  });

  test('is never held by an agent that may only read', async () => {
    const reader = await stand.worker('reader', 'claude_code_web_reviewer');
    expect(await refusal(stand.acquire(reader, 'a'))).toMatchObject({ code: 'insufficient_trust_level' });
    expect(await stand.write(reader, 'a')).toMatchObject({ refusal: { code: 'insufficient_trust_level' } });
    expect(await stand.peek(reader, 'a')).toMatchObject({ refusal: { code: 'insufficient_trust_level' } });
    expect(await stand.shown()).toEqual([]);
  });

  test('is not dropped when its agent’s trust is lowered; the agent may give it back, not take more', async () => {
    await stand.acquire(ada, { paths: ['a', 'b'] });
    await fixture.db.query(
      sql`update sessions set agent_type = 'claude_code_web_reviewer' where id = ${ada.sessionId}`,
    );
    stand.coordinator.bus.publish({ project: '', topic: 'session.changed', subject: ada.sessionId });
    expect(await stand.shown()).toHaveLength(2);
    expect(await refusal(stand.acquire(ada, 'c'))).toMatchObject({ code: 'insufficient_trust_level' });
    await stand.release(ada, 'a');
    expect(await stand.shown()).toMatchObject([{ file_path: 'b' }]);
  });

  test('told by its events, and on the record with its fence', async () => {
    const { fence } = await stand.acquire(ada, 'a');
    await stand.acquire(ada, 'a');
    await stand.release(ada, 'a');
    await expect
      .poll(() => stand.events.filter(event => event.topic.startsWith('lock.')))
      .toMatchObject([
        { topic: 'lock.acquired', subject: 'a', facts: { agent: 'ada', session: ada.sessionId, fence } },
        { topic: 'lock.extended', subject: 'a' },
        { topic: 'lock.released', subject: 'a', facts: { fence } },
      ]);
    const { records } = (await stand.as(ada, queryAudit, { operation: 'acquire_lock' })) as {
      records: { outcome: string; resource: unknown; facts: unknown }[];
    };
    expect(records).toMatchObject([
      { outcome: 'done', facts: { locks: [{ path: 'a', fence, action: 'refreshed' }] } },
      { outcome: 'done', resource: { type: 'File', id: 'a' }, facts: { locks: [{ path: 'a', fence }] } },
    ]);
  });

  describe('extended', () => {
    test('lasts longer with the same fence, and never shorter', async () => {
      const { fence } = await stand.acquire(ada, { file_path: 'a', ttl_minutes: 10 });
      const extended = (await stand.as(ada, extendLock, { file_path: 'a', ttl_minutes: 60 })) as {
        expires_at: string;
      };
      expect(extended).toMatchObject({ success: true, action: 'extended', file_path: 'a', fence });
      expect(minutesLeft(extended.expires_at)).toBeCloseTo(60, 0);
      const shorter = (await stand.as(ada, extendLock, { file_path: 'a', ttl_minutes: 1 })) as {
        expires_at: string;
      };
      expect(shorter.expires_at).toBe(extended.expires_at);
    });

    test('must be held: not another’s, not a lapsed one, and of several all or none', async () => {
      const extend = (worker: Worker, input: object) => refusal(stand.as(worker, extendLock, input));
      await stand.acquire(ada, { paths: ['a', 'b'] });
      expect(await extend(bob, { file_path: 'a' })).toMatchObject({ code: 'lock_not_found_or_not_owner' });
      await unchanged(async () => {
        expect(await extend(ada, { paths: ['a', 'c'], ttl_minutes: 480 })).toMatchObject({
          code: 'lock_not_found_or_not_owner',
          params: { file_path: 'c' },
        });
      });
      expect(await extend(ada, { file_path: 'a', ttl_minutes: 481 })).toMatchObject({
        code: 'ttl_out_of_range',
      });
      await stand.lapse(ada);
      const error = await extend(ada, { file_path: 'a' });
      expect(error).toMatchObject({ code: 'lock_not_found_or_not_owner' });
      expect(error.message).toContain('lapsed');
    });
  });

  describe('released', () => {
    test('is free for others at once', async () => {
      await stand.acquire(ada, 'a');
      expect(await stand.release(ada, './a')).toEqual({ success: true, action: 'released', released: ['a'] });
      expect(await stand.acquire(bob, 'a')).toMatchObject({ success: true });
    });

    test('all together: everything the session holds, and nothing of anybody else', async () => {
      await stand.acquire(ada, { paths: ['a', 'b/**', 'api:x'] });
      await stand.acquire(bob, 'c');
      expect(await stand.release(ada, { all: true })).toMatchObject({ released: ['a', 'b/**', 'api:x'] });
      expect(await stand.release(ada, { all: true })).toMatchObject({ released: [] });
      expect(await stand.shown()).toMatchObject([{ file_path: 'c', locked_by: 'bob' }]);
    });

    test('must be held: not another’s, not a lapsed one, and of several all or none', async () => {
      await stand.acquire(ada, { paths: ['src/**', 'b'] });
      expect(await refusal(stand.release(bob, 'b'))).toMatchObject({ code: 'lock_not_found_or_not_owner' });
      const error = await refusal(stand.release(ada, { paths: ['b', 'src/a.ts'] }));
      expect(error).toMatchObject({ code: 'lock_not_found_or_not_owner' });
      expect(error.next).toContain('src/**');
      expect(await stand.shown()).toHaveLength(2);
      await stand.lapse(ada);
      expect((await refusal(stand.release(ada, 'b'))).message).toContain('lapsed');
    });
  });
});
