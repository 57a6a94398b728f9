import type { BuildOptions, Plugin } from 'esbuild';

export function extensionBundle(root: string): BuildOptions;
export const asCommonJs: Plugin;
