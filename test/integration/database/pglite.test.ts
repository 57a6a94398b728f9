import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, inject, test, vi } from 'vitest';
import { readAsset } from '../../../src/coordinator/assets.ts';
import { openPglite } from '../../../src/coordinator/database/pglite.ts';
import { loadPgliteAssets } from '../../../src/coordinator/database/pglite-assets.ts';
import type { Database, DatabaseEvent } from '../../../src/coordinator/database/port.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';

async function open(events: DatabaseEvent[] = [], housekeepingEveryMs?: number): Promise<Database> {
  return await openPglite({
    assets: await loadPgliteAssets(readAsset),
    contents: new Blob([await readFile(inject('preparedStore'))]),
    report: event => events.push(event),
    ...(housekeepingEveryMs === undefined ? {} : { housekeepingEveryMs }),
  });
}

describe('PGlite', () => {
  test('refuses what nests deeply with an error of its own, and goes on', async () => {
    const db = await open();
    const nested = '['.repeat(3000) + ']'.repeat(3000);
    await expect(db.query(sql`select ${nested}::jsonb as j`)).rejects.toMatchObject({ sqlState: '54001' });
    expect(await db.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
    await db.close();
  });

  test('that crashed is told as such to all who wait, and to all who come after; nothing hangs', async () => {
    const events: DatabaseEvent[] = [];
    const db = await open(events);
    const fatal = '['.repeat(100_000) + ']'.repeat(100_000);
    const outcomes = await Promise.allSettled([
      db.transaction(async tx => {
        await tx.query(sql`select 1`);
        await tx.query(sql`select ${fatal}::jsonb as j`);
      }),
      db.query(sql`select 'behind it'`),
      db.transaction(tx => tx.query(sql`select 'also behind it'`)),
    ]);
    const unavailable = {
      status: 'rejected',
      reason: expect.objectContaining({ code: 'store_unavailable' }),
    };
    expect(outcomes).toEqual([unavailable, unavailable, unavailable]);
    await expect(db.query(sql`select 1`)).rejects.toMatchObject({
      code: 'store_unavailable',
      retryable: true,
    });
    expect(events.map(({ kind }) => kind)).toEqual(['store_broken']);
    await db.close();
  });

  test('sweeps dead rows and cuts its log by itself', async () => {
    const events: DatabaseEvent[] = [];
    const db = await open(events, 20);
    await db.query(sql`create table busy (id int primary key, filler text storage plain)`);
    await db.query(sql`insert into busy select n, repeat('x', 2000) from generate_series(1, 2000) as n`);
    const checkpoint = async () => {
      const [row] = await db.query(
        sql<{ lsn: string }>`select redo_lsn::text as lsn from pg_control_checkpoint()`,
      );
      return row?.lsn;
    };
    const before = await checkpoint();
    for (let round = 0; round < 5; round += 1)
      await db.query(sql`update busy set filler = filler || ${round}`);
    await vi.waitFor(async () => expect(await checkpoint()).not.toBe(before), { timeout: 10_000 });
    await vi.waitFor(
      async () => {
        const swept = sql`select vacuum_count > 0 as swept from pg_stat_user_tables where relname = 'busy'`;
        expect(await db.query(swept)).toEqual([{ swept: true }]);
      },
      { timeout: 10_000 },
    );
    expect(events).toEqual([]);
    await db.close();
  });

  test('keeps nothing of what it has answered', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const db = await open();
    const memoryAfter = async (queries: number) => {
      for (let n = 0; n < queries; n += 1)
        await db.query(sql`select repeat('x', 20000) as text, ${n}::int as n`);
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = await memoryAfter(10);
    expect((await memoryAfter(1_000)) - before).toBeLessThan(5_000_000);
    await db.close();
  });

  test('finishes what runs when it is closed, and refuses what comes later', async () => {
    const db = await open();
    const running = db.query(sql`select 1 as one`);
    await Promise.all([db.close(), db.close()]);
    expect(await running).toEqual([{ one: 1 }]);
    await expect(db.query(sql`select 1`)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(db.transaction(async () => undefined)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
