import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decideApproval } from '../../../src/coordinator/approvals/decide.ts';
import { configureGuardrail } from '../../../src/coordinator/guardrails/rule-operations.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { openQueueStand, type QueueStand, refusal, type Worker } from './stand.ts';

/** What a rule forbids to everybody, and what one lets pass from trust 3 on. */
const forbidden = 'Free some space: `rm -rf /` should do.';
const delicate = 'Start over: `git stash clear`, and write it anew.';

onEachDatabase('the text of a task', fixture => {
  let stand: QueueStand;
  /** Trust 3. */
  let olive: Worker;
  /** Trust 2. */
  let ada: Worker;

  beforeEach(async () => {
    stand = await openQueueStand(fixture.db);
    olive = await stand.worker('olive', { type: 'strands_orchestrator' });
    ada = await stand.worker('ada');
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  test('that a rule forbids is refused when it is submitted, naming the rule and what was matched', async () => {
    const error = await refusal(stand.submit(olive, { description: forbidden }));
    expect(error).toMatchObject({
      code: 'destructive_operation_blocked',
      params: { rule: 'files.delete-everything' },
    });
    expect(error.params.matched_text).toContain('rm -rf /');
    expect((await stand.list({ status: 'all' })).tasks).toEqual([]);
  });

  test.each([
    ['a command', { command: 'rm -rf /' }],
    ['a script of several lines', { script: 'cd /tmp\nrm -rf /\nls' }],
    ['commands in a list', { steps: [{ run: 'ls' }, { run: ['rm -rf /'] }] }],
    ['prose', { note: 'then `rm -rf /` again' }],
  ])('is read in the input, too: %s', async (_, input_data) => {
    expect(await refusal(stand.submit(olive, { input_data }))).toMatchObject({
      code: 'destructive_operation_blocked',
    });
  });

  test('is read by the rules as they are, when many ask at once and the rules have just been changed', async () => {
    const workers = await Promise.all(Array.from({ length: 8 }, (_, n) => stand.worker(`worker ${n}`)));
    for (let round = 0; round < 2; round += 1) {
      for (const _ of workers) await stand.task(olive, delicate);
      const change = { rule: 'git.drop-stash', severity: round % 2 === 0 ? 'warn' : 'approval_required' };
      await stand.call(configureGuardrail, { ...change, reason: 'to see' }, stand.operatorKey);
      const answers = await Promise.all(workers.map(worker => stand.claim(worker)));
      expect(answers.map(answer => answer.success)).toEqual(workers.map(() => round % 2 === 0));
    }
  });

  test('may speak of a danger without being one', async () => {
    const description = 'Write down why rm -rf / is a bad idea, and DROP TABLE too.';
    expect(await stand.submit(olive, { description })).toMatchObject({ status: 'pending' });
  });

  test('is read in the result: what a rule forbids is not handed in, and the claim stays', async () => {
    const id = await stand.task(olive, 'how do I free some space?');
    await stand.claim(ada);
    for (const fields of [
      { result: { answer: forbidden } },
      { success: false, error_message: 'only `rm -rf /` helps' },
    ]) {
      expect(await refusal(stand.complete(ada, id, fields))).toMatchObject({
        code: 'destructive_operation_blocked',
      });
    }
    expect(await stand.status(id)).toBe('claimed');
    await stand.complete(ada, id, { result: { answer: 'delete the cache' } });
  });

  describe('that a rule keeps from a worker when it is claimed', () => {
    test('waits for a person, and is shown with the rule and what was matched', async () => {
      const id = await stand.task(olive, delicate, { input_data: { a: 1 } });
      const other = await stand.task(olive, 'harmless');
      const first = await stand.claim(ada);
      expect(first).toMatchObject({ success: true, task_id: other });
      const task = await stand.read(id);
      expect(task).toMatchObject({
        status: 'pending',
        attempts: 0,
        claimed_by: null,
        held: { reason: 'guardrail', findings: [{ rule: 'git.drop-stash' }] },
      });
      expect(task.held?.findings[0]?.matched_text).toContain('git stash clear');
      expect(await stand.list({ held: true })).toMatchObject({
        tasks: [{ task_id: id }],
        counts: { held: 1 },
      });
      await expect
        .poll(() => stand.events.filter(event => event.topic === 'task.held').map(event => event.subject))
        .toEqual([id]);
    });

    test('is told at once to the worker that asked, even where it would wait', async () => {
      const id = await stand.task(olive, delicate);
      const { answer } = await stand.await(ada);
      expect(await answer).toMatchObject({ success: false, stopped: [id], held: 1 });
      expect(await stand.claim(ada)).toMatchObject({ success: false, stopped: [], held: 1 });
    });

    test('goes to a worker that has the trust for it', async () => {
      const id = await stand.task(olive, delicate);
      await stand.claim(ada);
      const clara = await stand.worker('clara', { type: 'claude_code' });
      expect(await stand.claim(clara)).toMatchObject({ success: true, task_id: id, attempt: 1 });
      expect((await stand.read(id)).held).toBeNull();
    });

    test('goes to any worker once a person has released it', async () => {
      const id = await stand.task(olive, delicate);
      await stand.claim(ada);
      const { answer } = await stand.await(ada);
      expect(await refusal(stand.release(olive, id))).toMatchObject({ code: 'operation_not_permitted' });
      await stand.release(stand.operatorKey, id);
      expect(await answer).toMatchObject({ success: true, task_id: id });
      expect(await stand.read(id)).toMatchObject({ cleared_by: 'Olga', held: null });
    });

    test('ends when a person says so', async () => {
      const id = await stand.task(olive, delicate);
      await stand.claim(ada);
      await stand.cancel(stand.operatorKey, id, 'no');
      expect(await stand.read(id)).toMatchObject({ status: 'cancelled', held: null });
    });

    test('keeps its deadline and its dependants', async () => {
      const deadline = new Date(Date.now() + 3_600_000).toISOString();
      const id = await stand.task(olive, delicate, { deadline });
      const next = await stand.task(olive, 'next', { depends_on: [id] });
      await stand.claim(ada);
      await stand.passDeadline(id);
      await stand.settle();
      expect(await stand.status(id)).toBe('failed');
      expect(await stand.status(next)).toBe('cancelled');
    });
  });

  describe('that a person answers for', () => {
    test('since they submitted it, is asked about no more', async () => {
      const id = await stand.task(stand.operatorKey, delicate);
      expect(await stand.claim(ada)).toMatchObject({ success: true, task_id: id });
    });

    test('since they approved its submission, is asked about no more', async () => {
      const error = await refusal(stand.submit(ada, { description: delicate }));
      expect(error).toMatchObject({ code: 'approval_pending' });
      const decision = { approval_id: error.params.approval_id, decision: 'approved' };
      await stand.call(decideApproval, decision, stand.operatorKey);
      const { task_id } = await stand.submit(ada, { description: delicate });
      expect(await stand.claim(ada)).toMatchObject({ success: true, task_id });
    });
  });
});
