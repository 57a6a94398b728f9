import path from 'node:path';
import type { AssetReader } from '../assets.ts';
import { openEmbedded } from './embedded.ts';
import { migrate, parseMigrations, type SchemaState } from './migrate.ts';
import { migrationFiles } from './migration-files.ts';
import type { Database, DatabaseEvent } from './port.ts';
import { openPostgres } from './postgres.ts';

export interface OpenOptions {
  /** The folder that holds the embedded store in `store`. The caller owns it. */
  readonly home: string;
  /** A shared Postgres instead of the embedded store. */
  readonly databaseUrl?: string | undefined;
  readonly asset: AssetReader;
  readonly report: (event: DatabaseEvent) => void;
}

/**
 * Opens the store and brings its schema up to date.
 * @throws InterlockError `schema_too_new` where a newer Interlock wrote it, `store_unavailable` where it cannot be read.
 */
export async function openDatabase(
  options: OpenOptions,
): Promise<{ database: Database; schema: SchemaState }> {
  const { home, databaseUrl, asset, report } = options;
  const database =
    databaseUrl === undefined
      ? await openEmbedded({ folder: path.join(home, 'store'), asset, report })
      : openPostgres({ url: databaseUrl, report });
  try {
    return { database, schema: await migrate(database, parseMigrations(migrationFiles)) };
  } catch (error) {
    await database.close();
    throw error;
  }
}
