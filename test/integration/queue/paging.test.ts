import { afterEach, beforeEach, expect, test } from 'vitest';
import { onEachDatabase } from '../../support/databases.ts';
import { openQueueStand, type QueueStand, refusal, type Worker } from './stand.ts';

onEachDatabase('a list of tasks, page by page', fixture => {
  let stand: QueueStand;
  let olive: Worker;
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

  /** Reads all pages, and lets `between` happen after each of them. */
  async function pages(limit: number, between: (page: number) => Promise<unknown> = async () => undefined) {
    const ids: string[] = [];
    let cursor: string | null | undefined;
    for (let page = 0; cursor !== null; page += 1) {
      const answer = await stand.list({ status: 'all', limit, ...(cursor ? { cursor } : {}) });
      ids.push(...answer.tasks.map(task => task.task_id));
      cursor = answer.next_cursor;
      await between(page);
    }
    return ids;
  }

  /** Open ones of several priorities, and ended ones. */
  async function fill() {
    for (let n = 0; n < 9; n += 1) await stand.task(olive, `task ${n}`, { priority: (n % 3) + 1 });
    for (let n = 0; n < 4; n += 1) {
      const { task_id } = await stand.claim(ada);
      await stand.complete(ada, task_id);
    }
  }

  test.each([1, 2, 3, 9, 50])('is the whole list, with %i to a page', async limit => {
    await fill();
    const whole = (await stand.list({ status: 'all' })).tasks.map(task => task.task_id);
    expect(whole).toHaveLength(9);
    expect(await pages(limit)).toEqual(whole);
  });

  test('shows each task that stays as it is exactly once, whatever happens to others meanwhile', async () => {
    await fill();
    const before = (await stand.list({ status: 'all' })).tasks;
    const next = before.find(task => task.status === 'pending')?.task_id ?? '';
    const shown = await pages(2, async page => {
      if (page === 0) await stand.cancel(olive, next);
      await stand.task(olive, 'one more', { priority: 1 });
    });
    for (const { task_id } of before.filter(task => task.task_id !== next))
      expect(shown.filter(id => id === task_id)).toHaveLength(1);
  });

  test.each(['x', '1', '1.2', '1.2.3.4', '0.1e400.2', '..'])(
    'refuses the cursor %s, which it never answered',
    async cursor => {
      expect(await refusal(stand.list({ cursor }))).toMatchObject({ code: 'invalid_input' });
    },
  );
});
