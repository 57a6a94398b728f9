import { readdirSync, readFileSync } from 'node:fs';
import type { MigrationFile } from './migrate.ts';

/**
 * The files under `migrations/`. Run from source, they are read from there; in a bundle, `esbuild.mjs` has put their
 * text in the place of this module.
 */
export const migrationFiles: readonly MigrationFile[] = read(
  new URL('../../../migrations/', import.meta.url),
);

function read(folder: URL): MigrationFile[] {
  return readdirSync(folder)
    .filter(name => /^\d.*\.sql$/.test(name))
    .sort()
    .map(name => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
}
