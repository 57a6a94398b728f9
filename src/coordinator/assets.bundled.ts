import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { AssetReader } from './assets.ts';

const decompress = promisify(brotliDecompress);

/** Reads an asset from beside the bundle, where `esbuild.mjs` has put it, compressed: it costs 15 to 40 ms each and saves 4 MB. */
export const readAsset: AssetReader = async name => {
  return await decompress(await readFile(new URL(`./assets/${name}.br`, import.meta.url)));
};
