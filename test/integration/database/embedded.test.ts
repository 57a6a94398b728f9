import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type AssetReader, readAsset } from '../../../src/coordinator/assets.ts';
import { openEmbedded } from '../../../src/coordinator/database/embedded.ts';
import { migrate, parseMigrations } from '../../../src/coordinator/database/migrate.ts';
import { migrationFiles } from '../../../src/coordinator/database/migration-files.ts';
import { postgresMajor } from '../../../src/coordinator/database/pglite.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';

const asset: AssetReader = name =>
  name === 'store.tar' ? readFile(inject('preparedStore')) : readAsset(name);
const report = (event: { kind: string }) => {
  throw new Error(`The store told ${event.kind}.`);
};

describe('the embedded store', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'interlock-embedded-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('begins with the prepared one, which needs no migration, and keeps what is written', async () => {
    const store = join(folder, 'not', 'there', 'yet');
    const first = await openEmbedded({ folder: store, asset, report });
    const [before] = await first.query(
      sql<{ applied: Date }>`select max(applied_at) as applied from schema_migrations`,
    );
    await migrate(first, parseMigrations(migrationFiles));
    const [after] = await first.query(
      sql<{ applied: Date }>`select max(applied_at) as applied from schema_migrations`,
    );
    expect(after).toEqual(before);
    await first.query(sql`create table mine as select 7 as n`);
    await first.close();

    const second = await openEmbedded({ folder: store, asset, report });
    expect(await second.query(sql`select n from mine`)).toEqual([{ n: 7 }]);
    await second.close();
  });

  test.skipIf(process.platform === 'win32')('is readable by its user alone', async () => {
    const store = join(folder, 'store');
    await (await openEmbedded({ folder: store, asset, report })).close();
    for (const path of ['', 'data', 'data/base', 'data/PG_VERSION', 'data/pg_wal']) {
      expect((await stat(join(store, path))).mode & 0o077, path).toBe(0);
    }
  });

  test('takes no notice of what a start that was killed has left', async () => {
    await mkdir(join(folder, 'data.unpacking', 'base'), { recursive: true });
    await writeFile(join(folder, 'data.unpacking', 'PG_VERSION'), 'half');
    const db = await openEmbedded({ folder, asset, report });
    expect(await db.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
    await db.close();
    expect(existsSync(join(folder, 'data.unpacking'))).toBe(false);
  });

  test('loses nothing that was committed when its process is killed', async () => {
    const db = await openEmbedded({ folder: join(folder, 'killed'), asset, report });
    await db.query(sql`create table mine as select 7 as n`);
    // What is on disk now, without a shutdown, is what a killed process leaves.
    await cp(join(folder, 'killed'), join(folder, 'found'), { recursive: true });
    await db.close();
    const again = await openEmbedded({ folder: join(folder, 'found'), asset, report });
    expect(await again.query(sql`select n from mine`)).toEqual([{ n: 7 }]);
    await again.close();
  });

  test('refuses a store of another major version of Postgres, and leaves it as it is', async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data', 'PG_VERSION'), '17\n');
    await expect(openEmbedded({ folder, asset, report })).rejects.toMatchObject({
      code: 'store_unavailable',
      params: { found: '17', accepted: postgresMajor },
    });
    expect(await readFile(join(folder, 'data', 'PG_VERSION'), 'utf8')).toBe('17\n');
  });

  test('knows its own major version', async () => {
    const db = await openEmbedded({ folder, asset, report });
    const [row] = await db.query(
      sql<{ version: string }>`select current_setting('server_version') as version`,
    );
    expect(row?.version.split('.')[0]).toBe(postgresMajor);
    await db.close();
  });
});
