import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTar } from 'nanotar';
import type { AssetReader } from '../assets.ts';
import { InterlockError } from '../kernel/errors.ts';
import { openPglite, type PgliteAssets, postgresMajor } from './pglite.ts';
import { loadPgliteAssets } from './pglite-assets.ts';
import type { Database, DatabaseEvent } from './port.ts';

export interface EmbeddedOptions {
  /** The folder of the store; made where it is missing. The caller owns it: nobody else may open it. */
  readonly folder: string;
  readonly asset: AssetReader;
  /** What the database runs on, where it is being loaded already. */
  readonly pglite?: Promise<PgliteAssets> | undefined;
  /** See `PgliteOptions`. */
  readonly confined?: boolean;
  readonly report: (event: DatabaseEvent) => void;
}

/**
 * Opens the embedded store, which is `data` in its folder. The first time it begins with the prepared one: unpacked
 * beside it and then renamed, so that a process killed half-way leaves nothing that looks like a store.
 * @throws {InterlockError} `store_unavailable` where it cannot be read, or was made by another major version of Postgres.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const dataDir = join(options.folder, 'data');
  const [assets, justWritten] = await Promise.all([
    options.pglite ?? loadPgliteAssets(options.asset),
    existsSync(dataDir) ? checkVersion(dataDir) : unpack(options, dataDir),
  ]);
  const { confined = false, report } = options;
  return await openPglite({ dataDir, justWritten, assets, confined, report });
}

/** Answers the paths of the files, below the data directory. */
async function unpack({ folder, asset }: EmbeddedOptions, dataDir: string): Promise<string[]> {
  const unfinished = `${dataDir}.unpacking`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const files: string[] = [];
  for (const { name, type, data } of parseTar(await asset('store.tar'))) {
    const path = join(unfinished, name);
    if (type === 'directory') {
      await mkdir(path, { mode: 0o700 });
    } else {
      await writeFile(path, data ?? '', { mode: 0o600 });
      files.push(name);
    }
  }
  await rename(unfinished, dataDir);
  return files;
}

/** Answers that nothing was written. */
async function checkVersion(dataDir: string): Promise<string[]> {
  const found = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  if (found === postgresMajor) return [];
  throw new InterlockError(
    'store_unavailable',
    `The store in ${dataDir} was made with Postgres ${found}; this Interlock has Postgres ${postgresMajor}.`,
    {
      next: 'Restore a backup with this version, or use the version of Interlock that made it.',
      params: { found, accepted: postgresMajor },
    },
  );
}
