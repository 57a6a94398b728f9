import { readAsset } from '../assets.ts';

/** The Cedar engine as WebAssembly. */
export type Cedar = typeof import('@cedar-policy/cedar-wasm/web');

let loading: Promise<Cedar> | undefined;

/** Loads the engine, once in a process and only when somebody needs it: it takes 50 ms and 15 MB. */
export function loadCedar(): Promise<Cedar> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<Cedar> {
  const [cedar, bytes] = await Promise.all([import('@cedar-policy/cedar-wasm/web'), readAsset('cedar.wasm')]);
  cedar.initSync({ module: await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>) });
  return cedar;
}
