import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createTar, type TarFileItem } from 'nanotar';
import { readAsset } from '../src/coordinator/assets.ts';
import { type Migration, migrate, parseMigrations } from '../src/coordinator/database/migrate.ts';
import { migrationFiles } from '../src/coordinator/database/migration-files.ts';
import { openPglite } from '../src/coordinator/database/pglite.ts';
import { loadPgliteAssets } from '../src/coordinator/database/pglite-assets.ts';

/** Changes with everything else that decides what is in a prepared store, so that a cached one is made again. */
const recipe = 1;

/**
 * The store that a first start begins with: initdb, all migrations, and nothing that is not needed. Answers the path of
 * a tar of its data directory in `cacheFolder`, where it is made (which takes some seconds) unless it is there already.
 */
export async function preparedStore(cacheFolder: string): Promise<string> {
  const migrations = parseMigrations(migrationFiles);
  const hash = createHash('sha256');
  hash.update(await readAsset('pglite.wasm')).update(`recipe ${recipe}`);
  for (const { name, checksum } of migrations) hash.update(`${name} ${checksum}`);
  const path = join(cacheFolder, `store-${hash.digest('hex').slice(0, 16)}.tar`);
  if (existsSync(path)) return path;

  await mkdir(cacheFolder, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, await prepareStore(migrations));
  await rename(unfinished, path);
  return path;
}

async function prepareStore(migrations: readonly Migration[]): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'interlock-store-'));
  try {
    const dataDir = join(folder, 'data');
    await initialise(dataDir);
    await migrateStore(dataDir, migrations);
    await compact(dataDir);
    await dropSpareWal(dataDir);
    return createTar(await readTree(dataDir, ''), { attrs: { mtime: 0, uid: 0, gid: 0 } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One-megabyte WAL segments: the default of 16 is most of the size of a small store. */
async function initialise(dataDir: string): Promise<void> {
  const pglite = await PGlite.create({ dataDir, initDbStartParams: ['--wal-segsize=1', '--no-sync'] });
  await pglite.close();
}

async function migrateStore(dataDir: string, migrations: readonly Migration[]): Promise<void> {
  const db = await openPglite({
    dataDir,
    assets: await loadPgliteAssets(readAsset),
    report: event => {
      throw new Error(`The store told ${event.kind} while it was prepared.`);
    },
  });
  await migrate(db, migrations);
  await db.close();
}

/** The template databases are for `create database`, which PGlite does not do; they are two thirds of the files. */
async function compact(dataDir: string): Promise<void> {
  const pglite = await PGlite.create({ dataDir });
  for (const statement of [
    'update pg_database set datistemplate = false, datallowconn = true',
    'drop database template0',
    'drop database template1',
    'vacuum (full, freeze)',
    'vacuum (freeze, analyze)',
    'checkpoint',
  ]) {
    await pglite.exec(statement);
  }
  await pglite.close();
}

/** After a clean shutdown only the first segment is in use; the others are empty ones made in advance. */
async function dropSpareWal(dataDir: string): Promise<void> {
  const folder = join(dataDir, 'pg_wal');
  const segments = (await readdir(folder)).filter(name => /^[0-9A-F]{24}$/.test(name)).sort();
  for (const name of segments.slice(1)) await rm(join(folder, name));
}

async function readTree(root: string, path: string): Promise<TarFileItem[]> {
  const entries = await readdir(join(root, path), { withFileTypes: true });
  const items = entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(async (entry): Promise<TarFileItem[]> => {
      const name = posix.join(path, entry.name);
      if (!entry.isDirectory()) {
        return [{ name, data: await readFile(join(root, name)), attrs: { mode: '600' } }];
      }
      return [{ name: `${name}/`, attrs: { mode: '700' } }, ...(await readTree(root, name))];
    });
  return (await Promise.all(items)).flat();
}
