import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { acceptHandoff } from '../../../src/coordinator/handoffs/accept.ts';
import { readHandoff } from '../../../src/coordinator/handoffs/read.ts';
import { writeHandoff } from '../../../src/coordinator/handoffs/write.ts';
import { checkFenceOperation } from '../../../src/coordinator/locks/fence.ts';
import { endSession } from '../../../src/coordinator/sessions/end.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type LockStand, openLockStand, refusal, type Worker } from '../locks/stand.ts';

interface Written {
  readonly handoff_id: string;
  readonly locks: readonly string[];
  readonly locks_are: string;
  readonly receiver_session_id: string | null;
}

interface Accepted {
  readonly locks: readonly { readonly file_path: string; readonly fence: number }[];
  readonly lost: readonly string[];
}

interface Read {
  readonly handoffs: readonly { readonly handoff_id: string; readonly summary: string }[];
}

onEachDatabase('a handoff', fixture => {
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

  const write = async (by: Worker, fields: Record<string, unknown> = {}) =>
    (await stand.as(by, writeHandoff, { summary: 'half done', ...fields })) as Written;
  const read = async (fields = {}, by = ada) => ((await stand.as(by, readHandoff, fields)) as Read).handoffs;
  const accept = async (by: Worker, handoff_id: string) =>
    (await stand.as(by, acceptHandoff, { handoff_id })) as Accepted;
  const end = (worker: Worker) => stand.as(worker, endSession, {});
  const holders = async () =>
    Object.fromEntries((await stand.shown()).map(lock => [lock.file_path, lock.session_id]));

  test('is read as it was written', async () => {
    const said = {
      summary: 'The parser reads lists; maps are half done.',
      completed_work: ['lists'],
      in_progress: ['maps: keys work, values do not'],
      decisions: ['no recursion, since input nests deep'],
      next_steps: ['values of maps', 'then strings'],
      relevant_files: ['src/parser.ts'],
      to_agent: 'bob',
    };
    const { handoff_id } = await write(ada, said);
    expect(await read({}, bob)).toMatchObject([
      { ...said, handoff_id, agent_id: 'ada', session_id: ada.sessionId, locks: [], accepted_by: null },
    ]);
    await expect
      .poll(() => stand.events.filter(event => event.topic === 'handoff.written'))
      .toMatchObject([{ subject: handoff_id, facts: { agent: 'ada', to: 'bob' } }]);
  });

  test('is read newest first, one unless more are asked for, of one agent if asked', async () => {
    const [first, second, third] = [
      await write(ada, { summary: 'first' }),
      await write(bob, { summary: 'second' }),
      await write(bob, { summary: 'third', to_agent: 'ada' }),
    ].map(written => written.handoff_id);
    const ids = async (fields: object) => (await read(fields)).map(handoff => handoff.handoff_id);
    expect(await ids({})).toEqual([third]);
    expect(await ids({ limit: 10 })).toEqual([third, second, first]);
    expect(await ids({ limit: 10, agent_name: 'bob' })).toEqual([third, second]);
    expect(await ids({ limit: 10, agent_name: 'ada' })).toEqual([third, first]);
    expect(await ids({ agent_name: 'nobody' })).toEqual([]);
  });

  test.each(['', '  ', '\n'])('says how things stand: a summary of %j does not', async summary => {
    expect(await refusal(write(ada, { summary }))).toMatchObject({ code: 'summary_required' });
    expect(await read()).toEqual([]);
  });

  test('tells nobody to do what a rule forbids', async () => {
    const error = await refusal(write(ada, { next_steps: ['run `rm -rf /`'] }));
    expect(error).toMatchObject({ code: 'destructive_operation_blocked' });
    expect(await read()).toEqual([]);
  });

  describe('with locks, to the one session of an agent that is at work', () => {
    test('moves them at once: the receiver has them with new fences, and the old ones are stale', async () => {
      const held = await stand.acquire(ada, { paths: ['src/a.ts', 'api:GET /x'], reason: 'parser' });
      const written = await write(ada, { to_agent: 'bob', transfer_locks: true });
      expect(written).toMatchObject({
        locks: ['src/a.ts', 'api:GET /x'],
        locks_are: 'received',
        receiver_session_id: bob.sessionId,
      });
      const locks = await stand.shown();
      expect(locks.map(lock => [lock.session_id, lock.lock_reason])).toEqual([
        [bob.sessionId, 'parser'],
        [bob.sessionId, 'parser'],
      ]);
      const oldFences = (held.locks ?? []).map(lock => lock.fence);
      expect(Math.min(...locks.map(lock => lock.fence))).toBeGreaterThan(Math.max(...oldFences));
      const old = { file_path: 'src/a.ts', fence: oldFences[0] };
      expect(await refusal(stand.as(ada, checkFenceOperation, old))).toMatchObject({ code: 'stale_fence' });
      expect(await stand.acquire(ada, 'src/a.ts')).toMatchObject({ success: false, locked_by: 'bob' });
      expect(await stand.acquire(bob, 'src/a.ts')).toMatchObject({ success: true, action: 'refreshed' });
    });

    test('moves those that are named, and no others', async () => {
      await stand.acquire(ada, { paths: ['a', 'b'] });
      await write(ada, { to_agent: 'bob', transfer_locks: ['b'] });
      expect(await holders()).toEqual({ a: ada.sessionId, b: bob.sessionId });
    });

    test('moves nothing where one of them is not held, and is not written', async () => {
      await stand.acquire(ada, 'a');
      const error = await refusal(write(ada, { to_agent: 'bob', transfer_locks: ['a', 'b'] }));
      expect(error).toMatchObject({ code: 'lock_not_found_or_not_owner' });
      expect(await holders()).toEqual({ a: ada.sessionId });
      expect(await read()).toEqual([]);
    });

    test('joins what the receiver shares already', async () => {
      await stand.acquire(ada, { file_path: 'a', mode: 'shared' });
      await stand.acquire(bob, { file_path: 'a', mode: 'shared' });
      await write(ada, { to_agent: 'bob', transfer_locks: true });
      expect(await stand.shown()).toMatchObject([
        { file_path: 'a', session_id: bob.sessionId, mode: 'shared' },
      ]);
    });

    test('leaves no gap in which somebody who waits could slip in', async () => {
      await stand.acquire(ada, 'a');
      const clara = await stand.worker('clara');
      const { answer } = await stand.queue(clara, 'a');
      await write(ada, { to_agent: 'bob', transfer_locks: true });
      expect(await holders()).toEqual({ a: bob.sessionId });
      await stand.release(bob, 'a');
      expect(await answer).toMatchObject({ success: true });
    });
  });

  describe('with locks, to somebody who is not there', () => {
    const leave = async (fields = {}) => {
      await stand.acquire(ada, { paths: ['a', 'b'] });
      return write(ada, { to_agent: 'clara', transfer_locks: true, ...fields });
    };

    test('keeps them for whoever comes, also after the session has ended', async () => {
      const { handoff_id, locks_are } = await leave();
      expect(locks_are).toBe('waiting');
      await stand.acquire(ada, 'c');
      await end(ada);
      expect(await holders()).toEqual({ a: ada.sessionId, b: ada.sessionId });
      const refused = await stand.acquire(bob, 'a');
      expect(refused).toMatchObject({ success: false, locked_by: 'ada' });
      expect(refused.suggestion).toContain(handoff_id);

      const clara = await stand.worker('clara');
      const { locks, lost } = await accept(clara, handoff_id);
      expect(locks.map(lock => lock.file_path).sort()).toEqual(['a', 'b']);
      expect(lost).toEqual([]);
      expect(await holders()).toEqual({ a: clara.sessionId, b: clara.sessionId });
      expect(await read({}, clara)).toMatchObject([{ accepted_by: 'clara' }]);
      await end(clara);
      expect(await holders()).toEqual({});
    });

    test('lets the one that wrote it use them until they are received, and give them up', async () => {
      const { handoff_id } = await leave();
      expect(await stand.acquire(ada, 'a')).toMatchObject({ success: true, action: 'refreshed' });
      await stand.release(ada, 'b');
      const clara = await stand.worker('clara');
      expect(await accept(clara, handoff_id)).toMatchObject({ locks: [{ file_path: 'a' }], lost: ['b'] });
    });

    test('keeps them until their lease is over, two hours at least, and not longer', async () => {
      await stand.acquire(ada, { file_path: 'a', ttl_minutes: 5 });
      const { handoff_id } = await write(ada, { to_agent: 'clara', transfer_locks: true });
      const [lock] = await stand.shown();
      expect((Date.parse(String(lock?.expires_at)) - Date.now()) / 60_000).toBeCloseTo(120, 0);
      await stand.lapse(ada);
      expect(await stand.acquire(bob, 'a')).toMatchObject({ success: true });
      expect(await accept(await stand.worker('clara'), handoff_id)).toMatchObject({ locks: [], lost: ['a'] });
      expect(await holders()).toEqual({ a: bob.sessionId });
    });

    test('does not give away what its session took anew after it had lost it', async () => {
      const { handoff_id } = await leave();
      await stand.lapse(ada);
      await stand.acquire(ada, { paths: ['a', 'b'] });
      expect(await accept(await stand.worker('clara'), handoff_id)).toMatchObject({ lost: ['a', 'b'] });
      expect(await holders()).toEqual({ a: ada.sessionId, b: ada.sessionId });
    });

    test('keeps what a first write took, when its agent stops', async () => {
      await stand.write(ada, 'a');
      await write(ada, { to_agent: 'clara', transfer_locks: true });
      await stand.stop(ada);
      expect(await holders()).toEqual({ a: ada.sessionId });
    });

    test('is for that agent: others, and whoever wrote it, cannot take it over', async () => {
      const { handoff_id } = await leave();
      for (const worker of [ada, bob]) {
        expect(await refusal(accept(worker, handoff_id))).toMatchObject({ code: 'handoff_not_for_caller' });
      }
      expect(await holders()).toEqual({ a: ada.sessionId, b: ada.sessionId });
    });

    test('and to nobody in particular is for whoever comes first, and for one only', async () => {
      const { handoff_id } = await leave({ to_agent: undefined });
      const clara = await stand.worker('clara');
      const outcomes = await Promise.allSettled([accept(bob, handoff_id), accept(clara, handoff_id)]);
      expect(outcomes.map(outcome => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
      const [loser] = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(loser).toMatchObject({ code: 'handoff_accepted' });
    });

    test('of whom there are several sessions, or one that may hold no locks, chooses none of them', async () => {
      const sessions = [await stand.worker('clara'), await stand.worker('clara')];
      const { handoff_id, locks_are } = await leave();
      expect(locks_are).toBe('waiting');
      await accept(sessions[1] ?? ada, handoff_id);
      expect(await holders()).toEqual({ a: sessions[1]?.sessionId, b: sessions[1]?.sessionId });
      await stand.worker('reader', 'claude_code_web_reviewer');
      await stand.acquire(ada, 'c');
      expect(await write(ada, { to_agent: 'reader', transfer_locks: true })).toMatchObject({
        locks_are: 'waiting',
      });
    });

    test('that has not been seen for long waits for the session that comes', async () => {
      const clara = await stand.worker('clara');
      await fixture.db.query(
        sql`update sessions set last_seen_at = now() - interval '1 hour' where id = ${clara.sessionId}`,
      );
      expect(await leave()).toMatchObject({ locks_are: 'waiting' });
    });
  });

  test('that is not there is not accepted', async () => {
    expect(await refusal(accept(ada, '0190b6a0-0000-7000-8000-000000000000'))).toMatchObject({
      code: 'handoff_not_found',
    });
  });
});
