import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readAsset } from '../../../src/coordinator/assets.ts';
import { verifyChain } from '../../../src/coordinator/audit/verify.ts';
import { literal } from '../../../src/coordinator/backup/format.ts';
import { checkBackup, readBackup } from '../../../src/coordinator/backup/read.ts';
import { contentsOf } from '../../../src/coordinator/backup/tables.ts';
import { writeBackup } from '../../../src/coordinator/backup/write.ts';
import { migrate, parseMigrations } from '../../../src/coordinator/database/migrate.ts';
import { migrationFiles } from '../../../src/coordinator/database/migration-files.ts';
import { openPglite } from '../../../src/coordinator/database/pglite.ts';
import { loadPgliteAssets } from '../../../src/coordinator/database/pglite-assets.ts';
import type { Database } from '../../../src/coordinator/database/port.ts';
import { openPostgres } from '../../../src/coordinator/database/postgres.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { submitWork } from '../../../src/coordinator/queue/submit.ts';
import { openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { temporaryFolder } from '../../support/host/processes.ts';
import { databaseUrl } from '../../support/postgres-server.ts';

const migrations = parseMigrations(migrationFiles);
const report = () => undefined;
const opened: Database[] = [];

async function emptyPostgres(): Promise<{ database: Database; url: string }> {
  const name = `empty_${crypto.randomUUID().replaceAll('-', '_')}`;
  const admin = openPostgres({ url: inject('postgresUrl'), report });
  await admin.query(sql`create database ${sql.id(name)}`);
  await admin.close();
  const url = databaseUrl(inject('postgresUrl'), name);
  const database = openPostgres({ url, report });
  opened.push(database);
  return { database, url };
}

async function emptyPglite(): Promise<Database> {
  const [assets, contents] = await Promise.all([
    loadPgliteAssets(readAsset),
    readFile(inject('preparedStore')),
  ]);
  const database = await openPglite({ assets, contents: new Blob([contents]), report });
  opened.push(database);
  await database.transaction(tx => tx.script('drop schema public cascade; create schema public;'));
  return database;
}

onEachDatabase('a backup', fixture => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let file: string;
  let project: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    file = join(folder.path, 'store.sql');
    const interlock = await openCoordinator(fixture.db);
    const ada: Credential = await interlock.agent('claude_code', 'ada');
    const strange = 'it’s "\\n" \\ \n\r\u2028 \'); drop table locks; -- interlock: next\n-- interlock: end';
    await interlock.call(acquireLock, { paths: ['src/a.ts', 'src/ü/**'], reason: strange }, ada);
    const first = (await interlock.call(submitWork, { task_type: 'a', description: strange }, ada)) as {
      task_id: string;
    };
    await interlock.call(
      submitWork,
      { task_type: 'b', description: 'then', depends_on: [first.task_id] },
      ada,
    );
    project = ((await interlock.call(describeProject, {}, ada)) as { project_id: string }).project_id;
    await interlock.close();
    await writeBackup({ database: fixture.db, migrations, version: '1.2.3', file });
  });
  afterAll(async () => {
    await Promise.all(opened.splice(0).map(database => database.close()));
    await folder[Symbol.asyncDispose]();
  });

  test('is read into both kinds of database with every row of every table, and the record verifies there', async () => {
    const contents = await contentsOf(fixture.db);
    expect(Object.keys(contents).length).toBeGreaterThan(15);
    expect(contents.locks).toMatch(/^2 rows/);
    for (const database of [await emptyPglite(), (await emptyPostgres()).database]) {
      await readBackup(database, file);
      expect(await contentsOf(database)).toEqual(contents);
      expect(await verifyChain(database, project)).toMatchObject({ status: 'ok' });
      expect(await migrate(database, migrations)).toMatchObject({ version: migrations.at(-1)?.number });
    }
  });

  test('is a script that Postgres reads by itself', async () => {
    const { database, url } = await emptyPostgres();
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(await readFile(file, 'utf8'));
    await client.end();
    expect(await contentsOf(database)).toEqual(await contentsOf(fixture.db));
  });

  test('lets a coordinator go on where it ended', async () => {
    const database = await emptyPglite();
    await readBackup(database, file);
    const interlock = await openCoordinator(database);
    const bob = await interlock.agent('codex', 'bob');
    await interlock.call(submitWork, { task_type: 'c', description: 'a number that is free' }, bob);
    expect(interlock.errors).toEqual([]);
    await interlock.close();
    expect(await verifyChain(database, project)).toMatchObject({ status: 'ok' });
  });

  test('is made beside nothing, and for its owner alone', async () => {
    const again = { database: fixture.db, migrations, version: '1.2.3', file };
    await expect(writeBackup(again)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(writeBackup({ ...again, file: join(folder.path, 'no/such/folder') })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  test('is refused by a database that holds anything, which stays as it is', async () => {
    const before = await contentsOf(fixture.db);
    await expect(readBackup(fixture.db, file)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await contentsOf(fixture.db)).toEqual(before);
  });

  test('that was changed, cut off, continued or made by a newer Interlock is refused before anything is done', async () => {
    const text = await readFile(file, 'utf8');
    const refused = async (name: string, changed: string) => {
      const other = join(folder.path, name);
      await writeFile(other, changed);
      await expect(checkBackup(other, migrations)).rejects.toMatchObject({
        code: expect.stringMatching(/invalid_input|schema_too_new/),
      });
    };
    expect(await checkBackup(file, migrations)).toMatchObject({ version: '1.2.3' });
    await refused('changed.sql', text.replace('ada', 'eve'));
    await refused('cut.sql', text.slice(0, text.length / 2));
    await refused('none.sql', 'select 1;\n');
    await refused('empty.sql', '');
    await refused('newer.sql', text.replace(/"schema":\d+/, '"schema":999999'));
    const longer = join(folder.path, 'longer.sql');
    await writeFile(longer, text);
    await appendFile(longer, 'drop table locks;\n');
    await expect(checkBackup(longer, migrations)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(checkBackup(join(folder.path, 'nowhere.sql'), migrations)).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  test('holds any text as it is', async () => {
    const text = fc.string({ unit: 'binary' }).filter(value => value.isWellFormed() && !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(text, async value => {
        const [row] = await fixture.db.query(
          sql<{ value: string }>`select ${sql.raw(literal(value))}::text as value`,
        );
        expect(row?.value).toBe(value);
        expect(literal(value)).not.toMatch(/[\n\r\u2028\u2029]/);
      }),
      { numRuns: 100 },
    );
  });
});
