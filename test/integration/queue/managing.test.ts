import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { QueryError, sqlState } from '../../../src/coordinator/database/errors.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { reprioritiseWork } from '../../../src/coordinator/queue/reprioritise.ts';
import { cleanupDeadAgents } from '../../../src/coordinator/sessions/end.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { openQueueStand, type QueueStand, refusal, type Worker } from './stand.ts';

onEachDatabase('the queue', fixture => {
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

  test('takes a task once under the name its submitter gives it', async () => {
    const first = await stand.submit(olive, { submission_key: 'parser', description: 'the parser' });
    const again = await stand.submit(olive, { submission_key: 'parser', description: 'the parser' });
    expect([first.action, again.action]).toEqual(['submitted', 'known']);
    expect(again.task_id).toBe(first.task_id);
    const others = await stand.submit(ada, { submission_key: 'parser' });
    expect(others.task_id).not.toBe(first.task_id);
    const restarted = await stand.worker('olive', { type: 'strands_orchestrator' });
    expect(await stand.submit(restarted, { submission_key: 'parser' })).toMatchObject({ action: 'known' });
  });

  test('takes it once also where it is submitted many times at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => stand.submit(olive, { submission_key: 'one' })),
    );
    expect(new Set(answers.map(answer => answer.task_id)).size).toBe(1);
  });

  describe('lets a task be cancelled', () => {
    test('by whoever submitted it, by a person, and by an agent with trust 3', async () => {
      const mine = async () => stand.task(ada, 'mine');
      const later = await stand.worker('ada');
      for (const who of [ada, later, olive, stand.operatorKey]) {
        const id = await mine();
        expect(await stand.cancel(who, id)).toMatchObject({ status: 'cancelled' });
      }
      const id = await mine();
      expect(await refusal(stand.cancel(bob, id))).toMatchObject({ code: 'not_submitter' });
      expect(await stand.status(id)).toBe('pending');
    });

    test('and says who did it and why', async () => {
      const id = await stand.task(olive, 'a task');
      await stand.cancel(stand.operatorKey, id, 'another way');
      expect(await stand.read(id)).toMatchObject({
        failure: { code: 'cancelled', message: 'Olga cancelled it: another way' },
        ended_by: 'Olga',
      });
    });
  });

  test('lets a person change how urgent a task is, and no agent', async () => {
    const first = await stand.task(olive, 'first');
    const second = await stand.task(olive, 'second');
    await stand.call(reprioritiseWork, { id: second, priority: 1 }, stand.operatorKey);
    const input = { id: first, priority: 1 };
    expect(await refusal(stand.call(reprioritiseWork, input, olive.credential))).toMatchObject({
      code: 'operation_not_permitted',
    });
    expect(await stand.claim(ada)).toMatchObject({ task_id: second });
    await stand.complete(ada, second);
    const late = stand.call(reprioritiseWork, { id: second, priority: 2 }, stand.operatorKey);
    expect(await refusal(late)).toMatchObject({ code: 'task_ended' });
  });

  test('shows open tasks in the order in which they are handed out, and ended ones, the last first', async () => {
    const [a, b, c, d] = [
      await stand.task(olive, 'a'),
      await stand.task(olive, 'b', { priority: 2 }),
      await stand.task(olive, 'c', { task_type: 'review' }),
      await stand.task(olive, 'd'),
    ];
    await stand.claim(ada);
    await stand.complete(ada, b);
    await stand.claim(ada);
    await stand.cancel(olive, d);
    const ids = async (fields = {}) => (await stand.list(fields)).tasks.map(task => task.task_id);
    expect(await ids()).toEqual([c]);
    expect(await ids({ status: 'open' })).toEqual([a, c]);
    expect(await ids({ status: 'ended' })).toEqual([d, b]);
    expect(await ids({ status: 'all' })).toEqual([a, c, d, b]);
    expect(await ids({ status: 'claimed', claimed_by: 'ada' })).toEqual([a]);
    expect(await ids({ status: 'all', task_type: 'review' })).toEqual([c]);
    expect(await ids({ status: 'all', submitted_by: 'ada' })).toEqual([]);
    expect((await stand.list()).counts).toEqual({
      pending: 1,
      claimed: 1,
      running: 0,
      completed: 1,
      failed: 0,
      cancelled: 1,
      held: 0,
    });
  });

  test('lists what the tasks depend on, where that is asked for', async () => {
    const a = await stand.task(olive, 'a');
    const b = await stand.task(olive, 'b', { task_type: 'review', depends_on: [a] });
    const c = await stand.task(olive, 'c', { depends_on: [a, b] });
    expect((await stand.list()).dependencies).toEqual([]);
    await stand.claim(ada);
    await stand.complete(ada, a);
    const { dependencies } = await stand.list({ status: 'open', with_dependencies: true });
    const numbers = [(await stand.read(a)).number, (await stand.read(b)).number];
    const onA = { depends_on: a, number: numbers[0], task_type: 'implement', status: 'completed' };
    expect(dependencies).toEqual([
      { task_id: b, ...onA, waived: false },
      { task_id: c, ...onA, waived: false },
      {
        task_id: c,
        depends_on: b,
        number: numbers[1],
        task_type: 'review',
        status: 'pending',
        waived: false,
      },
    ]);
  });

  test('shows the beginning of a long description in lists, and all of it in the task', async () => {
    const description = 'word '.repeat(1000).trim();
    const id = await stand.task(olive, description);
    expect((await stand.list()).tasks[0]?.description).toHaveLength(300);
    expect((await stand.read(id)).description).toBe(description);
  });

  test('refuses input that is too large or nests too deep', async () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    for (const input_data of [{ text: 'x'.repeat(70_000) }, { deep: deep(100) }]) {
      expect(await refusal(stand.submit(olive, { input_data }))).toMatchObject({ code: 'invalid_input' });
    }
  });

  test('gets back what agents had that are cleaned up, all of them in one go', async () => {
    const ids = [await stand.task(olive, 'a'), await stand.task(olive, 'b'), await stand.task(olive, 'c')];
    await stand.claim(ada);
    await stand.claim(bob);
    await stand.claim(bob);
    await fixture.db.query(sql`
      update sessions set last_seen_at = now() - interval '20 minutes'
      where id = any(${[ada.sessionId, bob.sessionId]}::uuid[])`);
    const { sessions } = (await stand.call(cleanupDeadAgents, {}, stand.operatorKey)) as {
      sessions: { agent_id: string; tasks_returned: number }[];
    };
    expect(sessions.map(({ agent_id, tasks_returned }) => [agent_id, tasks_returned]).sort()).toEqual([
      ['ada', 1],
      ['bob', 2],
    ]);
    for (const id of ids) expect(await stand.status(id)).toBe('pending');
  });

  describe('is a table that holds no task in two states', () => {
    const refusedBy = async (assignment: ReturnType<typeof sql>, id: string) => {
      const error = await fixture.db.query(sql`update tasks set ${assignment} where id = ${id}`).then(
        () => new Error('the database accepted it'),
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof QueryError)) throw error;
      return error.sqlState;
    };

    test.each([
      ['claimed by nobody', sql`status = 'claimed', lease_until = now(), lease_minutes = 15`],
      ['completed by nobody', sql`status = 'completed', ended_at = now(), ended_by = 'x'`],
      ['failed for no reason', sql`status = 'failed', ended_at = now(), ended_by = 'x'`],
      ['pending with a lease', sql`lease_until = now(), lease_minutes = 15`],
      ['pending and ended', sql`ended_at = now(), ended_by = 'x'`],
      ['pending with a result', sql`result = '1'`],
      ['held for no reason', sql`held_at = now()`],
      ['less than ready', sql`open_dependencies = -1`],
    ])('%s', async (_, assignment) => {
      const id = await stand.task(olive, 'a task');
      expect(await refusedBy(assignment, id)).toBe(sqlState.checkViolation);
    });

    test('nor one that was claimed more often than it may be tried', async () => {
      const id = await stand.task(olive, 'a task', { max_attempts: 1 });
      const session = sql`${ada.sessionId}::uuid`;
      expect(await refusedBy(sql`claimants = array[${session}, ${session}]`, id)).toBe(
        sqlState.checkViolation,
      );
    });
  });
});
