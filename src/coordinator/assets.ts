import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import packagedAssets from './assets.json' with { type: 'json' };

/**
 * Reads a file that is no code but that code needs: WebAssembly and the like, by the names in `assets.json`. What stands
 * there after a `#` is a file beside the module: not every package exports its files.
 */
export type AssetReader = (name: string) => Promise<Uint8Array>;

const paths = new Map(Object.entries(packagedAssets));

/**
 * Reads an asset from the package it comes in: this is how it is done when running from source. In a bundle,
 * `esbuild.mjs` has put `assets.bundled.ts` in the place of this module, and the prepared store is there too.
 */
export const readAsset: AssetReader = async name => {
  const path = paths.get(name);
  if (path === undefined) throw new Error(`There is no asset ${name} outside a bundle; see assets.json.`);
  const [module = '', beside] = path.split('#');
  const file = createRequire(import.meta.url).resolve(module);
  return await readFile(beside === undefined ? file : join(dirname(file), beside));
};
