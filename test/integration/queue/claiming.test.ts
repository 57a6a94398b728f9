import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { getTask } from '../../../src/coordinator/queue/get-task.ts';
import { getWork } from '../../../src/coordinator/queue/get-work.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { openQueueStand, type QueueStand, refusal, type Worker } from './stand.ts';

onEachDatabase('work', fixture => {
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

  const take = async (worker: Worker, fields = {}) => (await stand.claim(worker, fields)).task_id;
  const minutesLeft = (at: string) => (Date.parse(at) - Date.now()) / 60_000;

  test('is handed out with everything that its worker needs', async () => {
    const first = await stand.task(olive, 'write the parser');
    const a = await stand.claim(ada);
    await stand.complete(ada, a.task_id);
    const id = await stand.task(olive, 'test the parser', {
      task_type: 'test',
      input_data: { file: 'src/parser.ts', cases: [1, 2] },
      priority: 2,
      depends_on: [first],
    });
    const claimed = await stand.claim(ada);
    expect(claimed).toMatchObject({
      success: true,
      task_id: id,
      task_type: 'test',
      description: 'test the parser',
      input_data: { file: 'src/parser.ts', cases: [1, 2] },
      priority: 2,
      submitted_by: 'olive',
      attempt: 1,
      max_attempts: 3,
      depends_on: [first],
      also_claimed: [],
    });
    expect(minutesLeft(claimed.lease_until)).toBeCloseTo(15, 0);
  });

  test('goes from pending to claimed to running to completed, and each step is told', async () => {
    const id = await stand.task(olive, 'write it');
    expect(await stand.status(id)).toBe('pending');
    await stand.claim(ada);
    expect(await stand.read(id)).toMatchObject({
      status: 'claimed',
      claimed_by: 'ada',
      session_id: ada.sessionId,
    });
    expect(await stand.renew(ada, id)).toMatchObject({ action: 'started' });
    expect(await stand.renew(ada, id)).toMatchObject({ action: 'renewed' });
    expect(await stand.status(id)).toBe('running');
    await stand.complete(ada, id, { result: { commit: 'abc' } });
    expect(await stand.read(id)).toMatchObject({
      status: 'completed',
      result: { commit: 'abc' },
      ended_by: 'ada',
      failure: null,
    });
    await expect
      .poll(() => stand.events.filter(event => event.subject === id).map(event => event.topic))
      .toEqual(['task.submitted', 'task.claimed', 'task.started', 'task.completed']);
  });

  test('that is completed without having been renewed was started when it was claimed', async () => {
    const id = await stand.task(olive, 'write it');
    await stand.claim(ada);
    await stand.complete(ada, id);
    const task = await stand.read(id);
    expect(task.started_at).toBe(task.claimed_at);
  });

  test('is handed out by priority, and the oldest first', async () => {
    const later = await stand.task(olive, 'later', { priority: 10 });
    const usual = await stand.task(olive, 'usual');
    const second = await stand.task(olive, 'usual too');
    const urgent = await stand.task(olive, 'urgent', { priority: 1 });
    expect([await take(ada), await take(bob), await take(ada), await take(bob)]).toEqual([
      urgent,
      usual,
      second,
      later,
    ]);
  });

  test('goes to one worker', async () => {
    const id = await stand.task(olive, 'only one');
    const claims = await Promise.all([stand.claim(ada), stand.claim(bob)]);
    expect(claims.filter(claim => claim.success).map(claim => claim.task_id)).toEqual([id]);
  });

  test('of other types is left to others', async () => {
    await stand.task(olive, 'write');
    const review = await stand.task(olive, 'read', { task_type: 'review' });
    expect(await take(ada, { task_types: ['review', 'test'] })).toBe(review);
    expect(await stand.claim(ada, { task_types: ['review', 'test'] })).toMatchObject({ success: false });
  });

  test('that asks for capabilities goes to a worker that has all of them', async () => {
    const id = await stand.task(olive, 'in rust', { agent_requirements: { capabilities: ['rust', 'wasm'] } });
    const half = await stand.worker('half', { capabilities: ['rust'] });
    const whole = await stand.worker('whole', { capabilities: ['wasm', 'python', 'rust'] });
    expect(await stand.claim(ada)).toMatchObject({ success: false, pending: 1 });
    expect(await stand.claim(half)).toMatchObject({ success: false });
    expect(await take(whole)).toBe(id);
  });

  test('that asks for trust goes to a worker that has it', async () => {
    const id = await stand.task(olive, 'delicate', { agent_requirements: { min_trust_level: 3 } });
    expect(await stand.claim(ada)).toMatchObject({ success: false });
    expect(await take(await stand.worker('clara', { type: 'claude_code' }))).toBe(id);
  });

  test('that is for one agent goes to a session of that agent, and not ahead of it to any other', async () => {
    const id = await stand.task(olive, 'for clara', {
      priority: 1,
      agent_requirements: { agent_id: 'clara' },
    });
    const anyone = await stand.task(olive, 'for whoever comes');
    expect(await take(ada)).toBe(anyone);
    expect(await stand.claim(bob)).toMatchObject({ success: false, pending: 1 });
    expect(await stand.claim(await stand.worker('Clara'))).toMatchObject({ success: false });
    expect(await take(await stand.worker('clara'))).toBe(id);
  });

  test('that excludes its submitter is not handed to it, nor to a later session under its name', async () => {
    const id = await stand.task(ada, 'review what I wrote', { exclude_submitter: true });
    expect(await stand.claim(ada)).toMatchObject({ success: false });
    expect(await stand.claim(await stand.worker('ada'))).toMatchObject({ success: false });
    expect(await take(bob)).toBe(id);
  });

  test('that excludes its submitter goes to another agent without a name of its own', async () => {
    const author = await stand.worker('codex');
    const id = await stand.task(author, 'review what I wrote', { exclude_submitter: true });
    expect(await stand.claim(author)).toMatchObject({ success: false });
    expect(await take(await stand.worker('codex'))).toBe(id);
  });

  test('that is not there is said so, with what there is and what to do', async () => {
    expect(await stand.claim(ada)).toMatchObject({
      success: false,
      reason: 'no_work_available',
      pending: 0,
      in_progress: 0,
      suggestion: 'Nothing is left to do here.',
    });
    const first = await stand.task(olive, 'one');
    await stand.task(olive, 'two', { depends_on: [first] });
    await stand.claim(ada);
    const answer = await stand.claim(bob);
    expect(answer).toMatchObject({ success: false, pending: 1, in_progress: 1 });
    expect(answer.suggestion).toContain('wait_seconds');
    expect(await stand.claim(ada)).toMatchObject({ also_claimed: [first] });
  });

  test('of another project is not handed out', async () => {
    const elsewhere = await openQueueStand(fixture.db);
    try {
      const id = await stand.task(olive, 'here');
      const stranger = await elsewhere.worker('stranger');
      expect(await elsewhere.claim(stranger)).toMatchObject({ success: false, pending: 0 });
      expect(await refusal(elsewhere.read(id))).toMatchObject({ code: 'task_not_found' });
      expect(await refusal(elsewhere.submit(stranger, { depends_on: [id] }))).toMatchObject({
        code: 'unknown_dependency',
      });
    } finally {
      await elsewhere.close();
    }
  });

  test('is not claimed by a session that has ended', async () => {
    await stand.task(olive, 'write it');
    await stand.end(ada);
    expect(await refusal(stand.claim(ada))).toMatchObject({ code: 'session_ended' });
  });

  describe('is waited for', () => {
    test('until it is submitted', async () => {
      const { answer } = await stand.await(ada);
      const id = await stand.task(olive, 'now');
      expect(await answer).toMatchObject({ success: true, task_id: id });
    });

    test('until what it depends on is completed', async () => {
      const first = await stand.task(olive, 'first');
      const second = await stand.task(olive, 'second', { depends_on: [first] });
      await stand.claim(ada);
      const { answer } = await stand.await(bob);
      await stand.complete(ada, first);
      expect(await answer).toMatchObject({ success: true, task_id: second });
    });

    test('until the worker that had it ends', async () => {
      const id = await stand.task(olive, 'mine');
      await stand.claim(ada);
      const { answer } = await stand.await(bob);
      await stand.end(ada);
      expect(await answer).toMatchObject({ success: true, task_id: id, attempt: 2 });
    });

    test('until the claim of a silent worker lapses, to the moment', async () => {
      const id = await stand.task(olive, 'mine');
      await stand.claim(ada);
      await fixture.db.query(
        sql`update tasks set lease_until = clock_timestamp() + interval '1 second' where id = ${id}`,
      );
      const { answer } = await stand.await(bob, { wait_seconds: 5 });
      expect(await answer).toMatchObject({ success: true, task_id: id, attempt: 2 });
    });

    test('without asking the database again and again for what cannot be had', async () => {
      const id = await stand.task(olive, 'once', { max_attempts: 1 });
      await stand.claim(ada);
      await stand.lapse(id);
      let attempts = 0;
      const answer = stand.coordinator.corridor.walk({
        operation: getWork,
        input: { wait_seconds: 1 },
        credential: bob.credential,
        door: 'http',
        cwd: stand.folder,
        onWaiting: () => attempts++,
      });
      expect(await answer).toMatchObject({ success: false });
      expect(attempts).toBeLessThan(4);
    });

    test('until the time is over, and no longer', async () => {
      const { answer } = await stand.await(ada, { wait_seconds: 1 });
      expect(await answer).toMatchObject({ success: false, reason: 'no_work_available' });
    });

    test('by several, of whom one gets it', async () => {
      const waits = await Promise.all([stand.await(ada), stand.await(bob, { wait_seconds: 2 })]);
      await stand.task(olive, 'one');
      const two = await stand.task(olive, 'two');
      const claims = await Promise.all(waits.map(wait => wait.answer));
      expect(new Set(claims.map(claim => claim.task_id)).size).toBe(2);
      expect(claims.map(claim => claim.task_id)).toContain(two);
    });

    test('by whoever wants its result', async () => {
      const id = await stand.task(olive, 'answer me');
      const answer = stand.call(getTask, { id, wait_seconds: 25 }, olive.credential);
      await stand.claim(ada);
      await stand.complete(ada, id, { result: 42 });
      expect(await answer).toMatchObject({ status: 'completed', result: 42 });
    });
  });

  test('is on the record: submission, claim, start and end, and no question that changed nothing', async () => {
    const id = await stand.task(olive, 'write it');
    await stand.claim(ada);
    await stand.claim(ada);
    await stand.renew(ada, id);
    await stand.renew(ada, id);
    await stand.complete(ada, id);
    const { records } = (await stand.call(queryAudit, { limit: 50 }, stand.operatorKey)) as {
      records: { operation: string; facts: Record<string, unknown> }[];
    };
    const own = records.filter(record => /work/.test(record.operation)).reverse();
    expect(own.map(record => record.operation)).toEqual([
      'submit_work',
      'get_work',
      'renew_work',
      'complete_work',
    ]);
    expect(own[1]?.facts).toMatchObject({ task_id: id, attempt: 1 });
  });
});
