import { readAsset } from '../src/coordinator/assets.ts';
import { openDatabase } from '../src/coordinator/database/open.ts';
import type { Database } from '../src/coordinator/database/port.ts';
import { openPostgres } from '../src/coordinator/database/postgres.ts';
import { sql } from '../src/coordinator/database/sql.ts';
import { databaseUrl } from '../test/support/postgres-server.ts';
import type { Stage } from './stage.ts';

/** One of the two kinds of store, as figures name it. */
export interface Store {
  readonly id: 'embedded' | 'postgres';
  readonly name: string;
  /** The address of a database of its own; undefined for the embedded one. */
  url(stage: Stage): Promise<string | undefined>;
}

export const stores: readonly Store[] = [
  { id: 'embedded', name: 'embedded', url: async () => undefined },
  { id: 'postgres', name: 'Postgres', url: newPostgresDatabase },
];

/** A database that is empty, on the Postgres of this run. */
export async function newPostgresDatabase(stage: Stage): Promise<string> {
  const server = await stage.postgres();
  const name = `bench_${crypto.randomUUID().replaceAll('-', '')}`;
  const admin = openPostgres({ url: server, report: () => undefined });
  await admin.query(sql`create database ${sql.id(name)}`);
  await admin.close();
  return databaseUrl(server, name);
}

/** Opens a store that a coordinator has made and does not serve any more. */
export async function openStore(home: string, url: string | undefined): Promise<Database> {
  const report = (event: { readonly kind: string }) => {
    throw new Error(`The store of a measurement tells ${event.kind}.`);
  };
  const { database } = await openDatabase({ home, databaseUrl: url, asset: readAsset, report });
  return database;
}
