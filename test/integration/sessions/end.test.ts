import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { createProjects } from '../../../src/coordinator/projects/projects.ts';
import { cleanUpSessions } from '../../../src/coordinator/sessions/clean-up.ts';
import { cleanupDeadAgents, endSession } from '../../../src/coordinator/sessions/end.ts';
import { registerSession } from '../../../src/coordinator/sessions/register.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type LockStand, openLockStand, refusal, type Worker } from '../locks/stand.ts';

interface Cleanup {
  readonly sessions: readonly { readonly session_id: string; readonly locks_released: number }[];
}

onEachDatabase('the end of a session', fixture => {
  let stand: LockStand;
  let olga: Credential;
  let ada: Worker;
  let bob: Worker;

  beforeEach(async () => {
    stand = await openLockStand(fixture.db);
    olga = await stand.operator();
    ada = await stand.chat('ada');
    bob = await stand.worker('bob', 'claude_code');
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  test('can be taken back by whoever registers again: the same session, with nothing of what it held', async () => {
    await stand.acquire(bob, 'a');
    await stand.call(endSession, { session_id: bob.sessionId }, olga);
    const register = (input: object) => stand.as(bob, registerSession, input);
    const { code, next } = await refusal(stand.acquire(bob, 'a'));
    expect([code, next]).toEqual(['session_ended', expect.stringContaining('agent_type "claude_code"')]);
    expect(await refusal(register({ agent_type: 'codex' }))).toMatchObject({ code: 'identity_mismatch' });
    expect(await statusOf(bob)).toMatchObject({ ended: true });
    expect(await register({ agent_type: 'claude_code' })).toEqual({
      success: true,
      session_id: bob.sessionId,
      agent_id: 'bob',
      agent_type: 'claude_code',
    });
    expect(await statusOf(bob)).toEqual({ ended: false, end_reason: null });
    expect(await stand.shown()).toEqual([]);
    expect(await stand.acquire(bob, 'a')).toMatchObject({ success: true });
  });

  const unseenFor = (worker: Worker, minutes: number) =>
    fixture.db.query(
      sql`update sessions set last_seen_at = now() - make_interval(mins => ${minutes}) where id = ${worker.sessionId}`,
    );
  const statusOf = async (worker: Worker) => {
    const [row] = await fixture.db.query(
      sql<{ ended: boolean; end_reason: string | null }>`
        select ended_at is not null as ended, end_reason from sessions where id = ${worker.sessionId}`,
    );
    return row;
  };

  test('frees everything it holds, by name or by a write, and tells', async () => {
    await stand.acquire(ada, { paths: ['a', 'lib/**'] });
    await stand.write(ada, 'b');
    const answer = await stand.as(ada, endSession, { reason: 'done' });
    expect(answer).toEqual({
      success: true,
      session_id: ada.sessionId,
      agent_id: 'ada',
      locks_released: 3,
      tasks_returned: 0,
      approvals_cancelled: 0,
      grants_revoked: 0,
      memories_cleared: 0,
    });
    expect(await stand.shown()).toEqual([]);
    expect(await statusOf(ada)).toEqual({ ended: true, end_reason: 'done' });
    await expect
      .poll(() => stand.events.map(event => event.topic).filter(topic => /released|ended/.test(topic)))
      .toEqual(['lock.released', 'lock.released', 'lock.released', 'session.ended']);
  });

  test('leaves other sessions of the same agent as they are', async () => {
    const other = await stand.chat('ada');
    await stand.acquire(ada, 'a');
    await stand.acquire(other, 'b');
    await stand.as(ada, endSession, {});
    expect(await stand.shown()).toMatchObject([{ file_path: 'b', session_id: other.sessionId }]);
  });

  test('is its own agent’s affair, or a person’s', async () => {
    expect(await refusal(stand.as(bob, endSession, { session_id: ada.sessionId }))).toMatchObject({
      code: 'identity_mismatch',
    });
    expect(await refusal(stand.call(endSession, {}, olga))).toMatchObject({ code: 'invalid_input' });
    await stand.call(endSession, { session_id: ada.sessionId }, olga);
    const again = refusal(stand.call(endSession, { session_id: ada.sessionId }, olga));
    expect(await again).toMatchObject({ code: 'session_not_found' });
  });

  test('is not the end of a chat that goes on: it is told what it lost, once', async () => {
    await stand.write(ada, 'a');
    await stand.as(ada, endSession, {});
    await stand.acquire(bob, 'a');
    await stand.release(bob, 'a');
    expect(await stand.write(ada, 'a')).toMatchObject({ refusal: { code: 'stale_fence' } });
    expect(await stand.write(ada, 'a')).toMatchObject({ refusal: null, locks: [{ file_path: 'a' }] });
    expect(await statusOf(ada)).toMatchObject({ ended: false });
  });

  test('lets a token call nothing more', async () => {
    await stand.as(bob, endSession, {});
    await expect.poll(() => refusal(stand.acquire(bob, 'a')).then(error => error.code)).toBe('session_ended');
  });

  test('comes by clean-up to those without a sign of life, and to nobody else', async () => {
    const live = await stand.chat('ada');
    for (const worker of [ada, live]) await stand.acquire(worker, worker === ada ? 'a' : 'b');
    await unseenFor(ada, 16);
    await unseenFor(live, 14);
    await unseenFor(bob, 16);
    const cleanup = (await stand.as(bob, cleanupDeadAgents, {})) as Cleanup;
    expect(cleanup.sessions).toMatchObject([{ session_id: ada.sessionId, locks_released: 1 }]);
    expect(await stand.shown()).toMatchObject([{ session_id: live.sessionId }]);
    expect(await statusOf(ada)).toEqual({ ended: true, end_reason: 'no sign of life for 15 minutes' });
    expect(await statusOf(bob)).toMatchObject({ ended: false });
    expect(await stand.as(bob, cleanupDeadAgents, {})).toMatchObject({ sessions: [] });
  });

  test('comes after as many minutes as the caller says', async () => {
    await unseenFor(ada, 7);
    const clean = (stale_threshold_minutes: number) =>
      stand.as(bob, cleanupDeadAgents, { stale_threshold_minutes }) as Promise<Cleanup>;
    expect((await clean(8)).sessions).toEqual([]);
    expect((await clean(6)).sessions).toMatchObject([{ session_id: ada.sessionId }]);
  });

  test('comes by itself, in every project, after as many minutes as its settings say', async () => {
    const { corridor, bus } = stand.coordinator;
    const projects = createProjects(fixture.db, bus, () => performance.now());
    const cleanUp = () => cleanUpSessions({ database: fixture.db, projects, corridor });
    const other = await openLockStand(fixture.db);
    const eve = await other.chat('eve');
    await stand.configure({ 'sessions.staleMinutes': 5 });
    for (const worker of [ada, eve]) await unseenFor(worker, 7);
    await cleanUp();
    expect(await statusOf(ada)).toEqual({ ended: true, end_reason: 'no sign of life for 5 minutes' });
    expect(await statusOf(eve)).toMatchObject({ ended: false });
    await unseenFor(eve, 16);
    await cleanUp();
    expect(await statusOf(eve)).toMatchObject({ ended: true });
    expect(await statusOf(bob)).toMatchObject({ ended: false });
    await other.close();
  });

  test('by clean-up is not for agents with standard trust', async () => {
    const standard = await stand.worker('eve', 'codex');
    expect(await refusal(stand.as(standard, cleanupDeadAgents, {}))).toMatchObject({
      code: 'insufficient_trust_level',
    });
  });

  test('throws away, at a clean-up, what nobody will ask for any more', async () => {
    await stand.acquire(bob, 'old');
    await stand.acquire(ada, 'new');
    await stand.lapse(ada);
    await fixture.db.query(
      sql`update locks set expires_at = now() - interval '2 days' where session_id = ${bob.sessionId}`,
    );
    await stand.as(bob, cleanupDeadAgents, {});
    const rows = await fixture.db.query(
      sql<{ path: string }>`select path from locks where session_id in (${ada.sessionId}, ${bob.sessionId})`,
    );
    expect(rows).toEqual([{ path: 'new' }]);
  });
});
