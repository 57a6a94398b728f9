import path from 'node:path';
import type { AssetReader } from '../assets.ts';
import { checkSchema, migrate, parseMigrations, type SchemaState } from './migrate.ts';
import { migrationFiles } from './migration-files.ts';
import { checkServer, explainOpening } from './opening.ts';
import type { PgliteAssets } from './pglite.ts';
import type { Database, DatabaseEvent } from './port.ts';
import { findRole } from './role.ts';

export interface OpenOptions {
  /** The folder that holds the embedded store in `store`. The caller owns it. */
  readonly home: string;
  /** A shared Postgres instead of the embedded store. */
  readonly databaseUrl?: string | undefined;
  readonly asset: AssetReader;
  /** See `EmbeddedOptions`. */
  readonly pglite?: Promise<PgliteAssets> | undefined;
  readonly report: (event: DatabaseEvent) => void;
}

/**
 * Opens the store and brings its schema up to date.
 * @throws InterlockError `schema_too_new` where a newer Interlock wrote it, `store_unavailable` where it cannot be read,
 *   or the server is too old or refuses.
 */
export async function openDatabase(
  options: OpenOptions,
): Promise<{ database: Database; schema: SchemaState }> {
  const { home, databaseUrl, asset, pglite, report } = options;
  // Each is loaded where it is used: `pg` by itself has Node load its `fetch`, and PGlite is as large.
  const open = async (): Promise<Database> => {
    if (databaseUrl === undefined) {
      const { openEmbedded } = await import('./embedded.ts');
      return await openEmbedded({ folder: path.join(home, 'store'), asset, pglite, confined: true, report });
    }
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres({ url: databaseUrl, confined: true, report });
  };
  const migrations = parseMigrations(migrationFiles);
  let database = await open();
  try {
    if (databaseUrl !== undefined) await checkServer(database);
    const before = await checkSchema(database, migrations);
    const schema = await migrate(database, migrations);
    if (schema.version !== before.version) {
      // Connections take their role when they are opened, and now there may be one.
      await database.close();
      database = await open();
    }
    const { confined, user } = await findRole(database);
    if (!confined) report({ kind: 'not_confined', user });
    return { database, schema };
  } catch (error) {
    await database.close();
    throw explainOpening(error);
  }
}
