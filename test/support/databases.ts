import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, inject, type TestAPI, test } from 'vitest';
import { readAsset } from '../../src/coordinator/assets.ts';
import { openPglite } from '../../src/coordinator/database/pglite.ts';
import { loadPgliteAssets } from '../../src/coordinator/database/pglite-assets.ts';
import type { Database, DatabaseEvent } from '../../src/coordinator/database/port.ts';
import { openPostgres } from '../../src/coordinator/database/postgres.ts';
import { type Query, sql } from '../../src/coordinator/database/sql.ts';
import { databaseUrl } from './postgres-server.ts';

/** What only one of the databases can do. A test that is skipped on the other names one of these. */
type Capability =
  /** Transactions that run side by side, and several coordinators on one database: Postgres. */
  'several connections';

const capabilities: Record<Database['kind'], ReadonlySet<Capability>> = {
  pglite: new Set(),
  postgres: new Set(['several connections']),
};

export interface DatabaseFixture {
  readonly kind: Database['kind'];
  /** The suite's own database: migrated and otherwise empty when its first test starts. */
  readonly db: Database;
  /** What the adapter reported so far. */
  readonly events: readonly DatabaseEvent[];
  /** `test`, skipped where the database cannot do what the test is about. */
  testWith(capability: Capability): TestAPI | TestAPI['skip'];
  /** Another pool on the same database, as another coordinator has; it is closed with the suite. Needs `several connections`. */
  connectAgain(): Database;
}

/**
 * Runs a suite on PGlite and on a real Postgres, each time with a fresh database. Tests of a suite share it: they tell
 * their rows apart by project. What runs works as a coordinator does, or with `confined: false` as the owner.
 */
export function onEachDatabase(
  name: string,
  define: (fixture: DatabaseFixture) => void,
  { confined = true }: { confined?: boolean } = {},
): void {
  describe.each(['pglite', 'postgres'] as const)(`${name} (%s)`, kind => {
    const opened: Database[] = [];
    const events: DatabaseEvent[] = [];
    const report = (event: DatabaseEvent) => events.push(event);
    let url: string | undefined;

    beforeAll(async () => {
      if (kind === 'postgres') {
        url = await createPostgresDatabase();
        opened.push(openPostgres({ url, confined, report }));
      } else {
        opened.push(await openMemory(confined, report));
      }
    });
    afterAll(async () => {
      await Promise.all(opened.map(db => db.close()));
    });

    define({
      kind,
      events,
      get db() {
        const [db] = opened;
        if (db === undefined)
          throw new Error('The database of a suite is there when its tests run, not before.');
        return db;
      },
      testWith: capability => (capabilities[kind].has(capability) ? test : test.skip),
      connectAgain() {
        if (url === undefined) throw new Error('Only Postgres takes several connections.');
        const db = openPostgres({ url, confined, report });
        opened.push(db);
        return db;
      },
    });
  });
}

/** Runs a statement with the rights of whoever owns the tables, which a coordinator does not have. */
export function asOwner<Row>(db: Database, statement: Query<Row>): Promise<Row[]> {
  return db.transaction(async tx => {
    await tx.query(sql`set local role none`);
    return tx.query(statement);
  });
}

/** A fresh PGlite in memory, migrated and otherwise empty. */
async function openMemory(confined: boolean, report: (event: DatabaseEvent) => void): Promise<Database> {
  const [assets, contents] = await Promise.all([
    loadPgliteAssets(readAsset),
    readFile(inject('preparedStore')),
  ]);
  return await openPglite({ assets, contents: new Blob([contents]), confined, report });
}

/** A fresh database on the Postgres of this test run, migrated and otherwise empty. Answers its URL. */
export async function createPostgresDatabase(): Promise<string> {
  const server = inject('postgresUrl');
  const name = `test_${crypto.randomUUID().replaceAll('-', '_')}`;
  const admin = openPostgres({ url: server, report: () => undefined });
  await admin.query(sql`create database ${sql.id(name)} template ${sql.id(inject('postgresTemplate'))}`);
  await admin.close();
  return databaseUrl(server, name);
}
