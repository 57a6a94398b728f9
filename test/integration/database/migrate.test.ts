import { expect, test } from 'vitest';
import {
  checkSchema,
  migrate,
  parseMigrations,
  schemaChannel,
} from '../../../src/coordinator/database/migrate.ts';
import { migrationFiles } from '../../../src/coordinator/database/migration-files.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { deferred } from '../../support/deferred.ts';

const shipped = parseMigrations(migrationFiles);
const newest = shipped.at(-1)?.number ?? 0;

/** The shipped migrations and more of our own, numbered on. */
function andThen(...texts: string[]) {
  const more = texts.map((text, index) => {
    const number = String(newest + index + 1).padStart(6, '0');
    return { name: `${number}_of_this_test.sql`, text };
  });
  return parseMigrations([...migrationFiles, ...more]);
}

/** Each test starts from the shipped schema, whatever the one before it did. */
const reset = sql`delete from schema_migrations where number > ${newest}`;

onEachDatabase(
  'migrating',
  fixture => {
    test('leaves a database that is up to date alone', async () => {
      expect(await migrate(fixture.db, shipped)).toEqual({
        version: newest,
        breakingVersion: expect.any(Number),
      });
      const [row] = await fixture.db.query(sql<{ n: number }>`select count(*) as n from schema_migrations`);
      expect(row?.n).toBe(shipped.length);
    });

    test('applies what is missing, in order, and tells whoever listens', async () => {
      await fixture.db.query(reset);
      const told = deferred<string>();
      const stop = await fixture.db.listen(schemaChannel, {
        onPayload: told.resolve,
        onGap: () => undefined,
      });
      const migrations = andThen(
        'create table first_step (id int);',
        '-- breaking\ninsert into first_step values (1);',
      );
      expect(await migrate(fixture.db, migrations)).toEqual({
        version: newest + 2,
        breakingVersion: newest + 2,
      });
      expect(await fixture.db.query(sql`select id from first_step`)).toEqual([{ id: 1 }]);
      expect(await told.promise).toBe(String(newest + 1));
      await stop();
    });

    test('leaves nothing of a migration that fails, and keeps those before it', async () => {
      await fixture.db.query(reset);
      const migrations = andThen(
        'create table kept (id int);',
        'create table lost (id int); select * from nowhere;',
      );
      await expect(migrate(fixture.db, migrations)).rejects.toMatchObject({ sqlState: '42P01' });
      const tables = sql`select to_regclass('kept') is not null as kept, to_regclass('lost') is not null as lost`;
      expect(await fixture.db.query(tables)).toEqual([{ kept: true, lost: false }]);
      expect(await checkSchema(fixture.db, andThen('create table kept (id int);'))).toMatchObject({
        version: newest + 1,
      });
    });

    test('refuses a database with a breaking migration that it does not know', async () => {
      await fixture.db.query(reset);
      await migrate(fixture.db, andThen('-- breaking\nselect 1;'));
      await expect(migrate(fixture.db, shipped)).rejects.toMatchObject({
        code: 'schema_too_new',
        params: { found: newest + 1, known: newest },
        next: 'Update Interlock on this machine.',
      });
    });

    test('works with a database that has newer migrations which older code can live with', async () => {
      await fixture.db.query(reset);
      await migrate(fixture.db, andThen('create table newer (id int);'));
      expect(await migrate(fixture.db, shipped)).toMatchObject({ version: newest + 1 });
    });

    test('refuses a database in which a migration was applied with another text', async () => {
      await fixture.db.query(reset);
      await migrate(fixture.db, andThen('select 1;'));
      const edited = andThen('select 2;');
      await expect(migrate(fixture.db, edited)).rejects.toMatchObject({
        code: 'store_unavailable',
        params: { migration: edited.at(-1)?.name },
      });
    });

    test('refuses a database in which a migration was left out', async () => {
      await fixture.db.query(reset);
      const [, ...second] = andThen('select 1;', 'select 2;').slice(-2);
      await migrate(fixture.db, [...shipped, ...second]);
      await expect(migrate(fixture.db, andThen('select 1;', 'select 2;'))).rejects.toMatchObject({
        code: 'store_unavailable',
      });
    });

    fixture.testWith('several connections')(
      'is done once where many coordinators start at the same time',
      async () => {
        await fixture.db.query(reset);
        const migrations = andThen('create table raced (id int);', 'insert into raced values (1);');
        const starters = Array.from({ length: 8 }, () => fixture.connectAgain());
        const states = await Promise.all(starters.map(db => migrate(db, migrations)));
        expect(new Set(states.map(({ version }) => version))).toEqual(new Set([newest + 2]));
        expect(await fixture.db.query(sql`select id from raced`)).toEqual([{ id: 1 }]);
      },
    );
  },
  { confined: false },
);
