import type { AssetReader } from '../assets.ts';
import type { PgliteAssets } from './pglite.ts';

/** Reads and compiles what PGlite runs on. One result serves any number of databases. */
export async function loadPgliteAssets(asset: AssetReader): Promise<PgliteAssets> {
  const [wasm, files] = await Promise.all([
    asset('pglite.wasm').then(bytes => WebAssembly.compile(bytes)),
    asset('pglite.data'),
  ]);
  return { wasm, files: new Blob([files]) };
}
