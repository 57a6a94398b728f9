import fs from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { readAsset } from '../../../src/coordinator/assets.ts';
import { openEmbedded } from '../../../src/coordinator/database/embedded.ts';
import type { Database, DatabaseEvent } from '../../../src/coordinator/database/port.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';

const { fsyncSync } = fs;
const { open } = fs.promises;

/** Puts something else in the place of what the disk does, for every module of this process. */
function withDisk(disk: Partial<{ fsyncSync: typeof fs.fsyncSync; open: typeof fs.promises.open }>): void {
  fs.fsyncSync = disk.fsyncSync ?? fsyncSync;
  fs.promises.open = disk.open ?? open;
  syncBuiltinESMExports();
}

const failing = () => {
  throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
};

describe('the files of the embedded store', () => {
  let folder: string;
  let db: Database;
  let events: DatabaseEvent[];

  beforeEach(async () => {
    events = [];
    folder = await mkdtemp(join(tmpdir(), 'interlock-durable-'));
    db = await openEmbedded({
      folder,
      asset: name => (name === 'store.tar' ? readFile(inject('preparedStore')) : readAsset(name)),
      report: event => events.push(event),
    });
  });
  afterEach(async () => {
    withDisk({});
    await db.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('are on the disk when a checkpoint is done', async () => {
    await db.query(sql`create table written as select 1 as n`);
    const [row] = await db.query(sql<{ path: string }>`select pg_relation_filepath('written') as path`);
    const wanted = fs.statSync(join(folder, 'data', row?.path ?? '')).ino;
    const synced: number[] = [];
    withDisk({
      fsyncSync: descriptor => {
        synced.push(fs.fstatSync(descriptor).ino);
        fsyncSync(descriptor);
      },
    });
    await db.query(sql`checkpoint`);
    expect(synced).toContain(wanted);
    expect(synced).toContain(fs.statSync(join(folder, 'data', 'global', 'pg_control')).ino);
  });

  test('of which the log follows every commit soon after', async () => {
    const synced: string[] = [];
    withDisk({
      open: async (...[path, ...rest]) => {
        synced.push(String(path));
        return await open(path, ...rest);
      },
    });
    await db.query(sql`create table logged as select 1 as n`);
    await expect.poll(() => synced).toContainEqual(expect.stringMatching(/pg_wal[/\\][0-9A-F]{24}$/));
  });

  test.each([
    ['a checkpoint', { fsyncSync: failing }],
    ['the log', { open: failing }],
  ])('stop the database where the disk fails under %s, rather than let it go on', async (_, disk) => {
    await db.query(sql`create table doomed (n int)`);
    withDisk(disk);
    await vi.waitFor(
      async () => {
        const commit = db.query(sql`insert into doomed values (1)`).then(() => db.query(sql`checkpoint`));
        await expect(commit).rejects.toMatchObject({ code: 'store_unavailable' });
      },
      { timeout: 20_000 },
    );
    expect(events.map(({ kind }) => kind)).toEqual(['store_broken']);
  });
});
