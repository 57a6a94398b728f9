import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PgliteAssets } from './pglite.ts';

/**
 * Reads PGlite's own files. Run from source, they are in its package; in a bundle, `esbuild.mjs` has put
 * `pglite-assets.bundled.ts` in the place of this module.
 */
export async function loadPgliteAssets(): Promise<PgliteAssets> {
  const { resolve } = createRequire(import.meta.url);
  const [wasm, files] = await Promise.all([
    readFile(resolve('@electric-sql/pglite/pglite.wasm')).then(bytes => WebAssembly.compile(bytes)),
    readFile(resolve('@electric-sql/pglite/pglite.data')),
  ]);
  return { wasm, files: new Blob([files]) };
}
