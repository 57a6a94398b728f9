import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type MemoryStand, openMemoryStand } from './stand.ts';

onEachDatabase('recall', fixture => {
  let stand: MemoryStand;
  let ada: Credential;

  beforeEach(async () => {
    stand = await openMemoryStand(fixture.db);
    ada = await stand.agent('claude_code_cli', 'ada');
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const summaries = async (task: string, fields = {}) =>
    (await stand.recall(ada, task, fields)).map(memory => memory.summary);

  test('answers empty lists where nothing is known, or nothing matches', async () => {
    expect(await stand.recall(ada, 'how do locks work?')).toEqual([]);
    await stand.remember(ada, 'The build needs Node 20.');
    expect(await stand.recall(ada, 'database migrations')).toEqual([]);
    expect(await stand.recall(ada, 'what is this for')).toEqual([]);
  });

  test('answers a memory as it was written, with its relevance', async () => {
    const { memory_id } = await stand.remember(ada, 'Migrations are never edited.', {
      event_type: 'decision',
      details: 'Their checksum is stored.',
      outcome: 'positive',
      lessons: ['Write a new one.'],
      tags: ['Database'],
    });
    const [memory] = await stand.recall(ada, 'edit a migration');
    expect(memory).toEqual({
      memory_id,
      event_type: 'decision',
      summary: 'Migrations are never edited.',
      details: 'Their checksum is stored.',
      outcome: 'positive',
      lessons: ['Write a new one.'],
      tags: ['database'],
      author: 'ada',
      session_id: 'sessionId' in ada ? ada.sessionId : null,
      delegated_from: null,
      written_at: expect.any(String),
      merges: 0,
      useful: 0,
      not_useful: 0,
      recalls: 0,
      relevance: expect.any(Number),
    });
    expect(memory?.relevance).toBeGreaterThan(0.3);
    expect(memory?.relevance).toBeLessThanOrEqual(1);
  });

  describe('finds', () => {
    beforeEach(async () => {
      for (const noise of [
        'Colours of the theme follow the editor.',
        'The release goes out on Mondays.',
        'Icons are drawn by hand.',
      ])
        await stand.remember(ada, noise);
    });

    test.each([
      ['acquireLock hangs when the lease is over', 'acquire lock'],
      ['acquire_lock hangs', 'acquireLock'],
      ['acquire-lock hangs', 'acquire_lock'],
      ['src/locks/acquire.ts is slow', 'acquiring a lock'],
      ['Acquiring locks is slow', 'src/lock/acquire.ts'],
      ['ERR_CODES are public', 'error codes'],
      ['The HTTPServer closes late', 'http server'],
      ['migrations ran twice', 'migrating the schema'],
      ['The database was corrupt', 'db corruption'],
      ['The database was corrupt', 'databse'],
      ['Each worktree has its own index', 'work tree'],
      ['authentication goes through the proxy', 'auth proxy'],
      ['CPU einer naïve Lösung', 'naive losung'],
      ['ロックの取得が遅い', 'ロックの取得'],
      ['Pin PGlite to 0.5.16', 'which version: 0.5.16?'],
      ['HTTP 429 means slow down', '429'],
    ])('%j by %j', async (summary, asked) => {
      await stand.remember(ada, summary);
      expect((await summaries(asked))[0]).toBe(summary);
    });
  });

  test('puts what matches better first, by rare words more than by common ones', async () => {
    await stand.remember(ada, 'The test of the parser fails on Windows.');
    await stand.remember(ada, 'The test of the scheduler fails.');
    await stand.remember(ada, 'The test of the scheduler fails in the morning.');
    await stand.remember(ada, 'The parser reads lists.');
    expect((await summaries('test of the parser fails'))[0]).toBe('The test of the parser fails on Windows.');
  });

  test('puts what is newer, went well and was found useful first where the text is as good', async () => {
    const { memory_id: old } = await stand.remember(ada, 'Retry the flaky upload: first note.');
    const { memory_id: plain } = await stand.remember(ada, 'Retry the flaky upload: second note.');
    await stand.remember(ada, 'Retry the flaky upload: third note.', { outcome: 'positive' });
    const { memory_id: liked } = await stand.remember(ada, 'Retry the flaky upload: forth note.', {
      outcome: 'positive',
    });
    await stand.age(old, 20);
    await stand.confirm(ada, liked);
    const found = await stand.recall(ada, 'retry flaky upload');
    expect(found.map(memory => memory.summary.split(' ')[4])).toEqual(['forth', 'third', 'second', 'first']);
    expect(found[0]).toMatchObject({ useful: 1, not_useful: 0 });
    await stand.confirm(ada, plain, false);
    expect((await stand.recall(ada, 'retry flaky upload'))[2]).toMatchObject({
      memory_id: plain,
      not_useful: 1,
    });
  });

  test('keeps to a tag, a type and a number of memories', async () => {
    await stand.remember(ada, 'Cache misses cost 3 ms.', {
      tags: ['cache', 'speed'],
      event_type: 'optimization',
    });
    await stand.remember(ada, 'Cache misses are counted.', { tags: ['cache'] });
    await stand.remember(ada, 'Cache misses again.', { tags: [] });
    expect(await summaries('cache misses', { tags: ['SPEED', 'unheard'] })).toEqual([
      'Cache misses cost 3 ms.',
    ]);
    expect(await summaries('cache misses', { event_type: 'optimization' })).toEqual([
      'Cache misses cost 3 ms.',
    ]);
    expect(await summaries('cache misses', { event_type: 'error' })).toEqual([]);
    expect(await summaries('cache misses', { limit: 2 })).toHaveLength(2);
  });

  test('compares min_relevance with exactly the number that it answers', async () => {
    for (const text of ['lock', 'lock file', 'lock of a file in the editor', 'a file'])
      await stand.remember(ada, `About ${text}`);
    const all = await stand.recall(ada, 'lock a file in the editor');
    expect(all).toHaveLength(4);
    for (const { relevance } of all) {
      const kept = await stand.recall(ada, 'lock a file in the editor', { min_relevance: relevance });
      expect(kept.map(memory => memory.relevance)).toEqual(
        all.map(memory => memory.relevance).filter(other => other >= relevance),
      );
    }
  });

  test('reads the memories of its project, and of no other', async () => {
    const elsewhere = await openMemoryStand(fixture.db);
    const bob = await elsewhere.agent('codex', 'bob');
    await elsewhere.remember(bob, 'The parser of the other repository is slow.');
    expect(await stand.recall(ada, 'slow parser of the other repository')).toEqual([]);
    expect(await stand.list(ada)).toEqual([]);
    await elsewhere.close();
  });

  test('is for whoever may read, and counts what it answered without delaying anybody', async () => {
    const { memory_id } = await stand.remember(ada, 'The linter needs a warm cache.');
    const other = await openMemoryStand(fixture.db, stand.folder);
    const reader = await other.agent('claude_code_web_reviewer', 'rita');
    await other.recall(reader, 'linter cache');
    await other.recall(reader, 'nothing of the kind');
    expect(await other.recall(reader, 'cache of the linter')).toMatchObject([{ memory_id, recalls: 0 }]);
    await other.close();
    expect(await stand.recall(ada, 'linter')).toMatchObject([{ memory_id, recalls: 2 }]);
  });

  test('is offered as a feed of the newest', async () => {
    await stand.remember(ada, 'first');
    await stand.remember(ada, 'second');
    expect((await stand.list(ada)).map(memory => memory.summary)).toEqual(['second', 'first']);
    expect((await stand.list(ada, { author: 'nobody' })).length).toBe(0);
  });
});
