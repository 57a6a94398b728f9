import { afterEach, beforeEach, expect, test } from 'vitest';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { createProjects } from '../../../src/coordinator/projects/projects.ts';
import { removeEnded } from '../../../src/coordinator/queue/retention.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { openQueueStand, type QueueStand, refusal, type Worker } from './stand.ts';

onEachDatabase('a task that ended long ago', fixture => {
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

  const remove = () =>
    removeEnded(
      fixture.db,
      createProjects(fixture.db, stand.coordinator.bus, () => performance.now()),
    );

  /** Lets these have ended so many days ago. */
  const age = (days: number, ...ids: string[]) =>
    fixture.db.query(sql`
      update tasks set ended_at = now() - make_interval(days => ${days})
      where id = any(${ids}::uuid[]) and ended_at is not null`);

  async function completed(description: string, fields = {}): Promise<string> {
    const id = await stand.task(olive, description, { priority: 1, ...fields });
    expect(await stand.claim(ada)).toMatchObject({ task_id: id });
    await stand.complete(ada, id);
    return id;
  }

  const isThere = async (id: string) =>
    (await stand.list({ status: 'all' })).tasks.some(task => task.task_id === id);

  test('is removed after the days that the settings keep it, and the record says how many were', async () => {
    const [old, recent, open] = [
      await completed('old'),
      await completed('recent'),
      await stand.task(olive, 'open'),
    ];
    await age(31, old);
    await age(29, recent);
    expect(await remove()).toBe(1);
    expect([await isThere(old), await isThere(recent), await isThere(open)]).toEqual([false, true, true]);
    expect(await refusal(stand.read(old))).toMatchObject({ code: 'task_not_found' });

    await stand.call(configureProject, { settings: { 'queue.keepEndedDays': 7 } }, stand.operatorKey);
    expect(await remove()).toBe(1);
    expect(await isThere(recent)).toBe(false);
    const { records } = (await stand.call(
      queryAudit,
      { operation: 'remove_ended_work' },
      stand.operatorKey,
    )) as { records: { facts: unknown; caller: unknown }[] };
    expect(records.map(record => record.facts)).toEqual([
      { removed: 1, kept_days: 7 },
      { removed: 1, kept_days: 30 },
    ]);
    expect(records[0]?.caller).toEqual({ kind: 'system', name: 'queue' });
    expect(await remove()).toBe(0);
  });

  test('is kept as long as an open task depends on it, which then goes on as ever', async () => {
    const failed = await stand.task(olive, 'failed');
    await stand.claim(ada);
    const [held, doomed] = [
      await stand.task(olive, 'held', { depends_on: [failed], on_dependency_failure: 'hold' }),
      await stand.task(olive, 'doomed', { depends_on: [failed] }),
    ];
    await stand.complete(ada, failed, { success: false });
    await age(99, failed, doomed);
    expect(await remove()).toBe(1);
    expect([await isThere(failed), await isThere(doomed)]).toEqual([true, false]);

    expect(await stand.release(olive, held)).toMatchObject({ waits_for: 0 });
    expect(await stand.claim(ada)).toMatchObject({ task_id: held });
    await stand.complete(ada, held);
    expect(await remove()).toBe(1);
    expect(await isThere(failed)).toBe(false);
    expect(await stand.read(held)).toMatchObject({ status: 'completed', depends_on: [] });
  });

  test('can be depended on no more, and its submission key is free again', async () => {
    const old = await completed('old', { submission_key: 'one' });
    await age(31, old);
    await remove();
    expect(await refusal(stand.submit(olive, { depends_on: [old] }))).toMatchObject({
      code: 'unknown_dependency',
    });
    expect(await stand.submit(olive, { submission_key: 'one' })).toMatchObject({ action: 'submitted' });
  });
});
