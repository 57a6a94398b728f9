import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import type { Stage } from './stage.ts';

/** What is downloaded, and whether one package serves every platform. */
export async function packageFigures({ dist }: Stage): Promise<Figure[]> {
  const { size } = await stat(join(dist, 'interlock.vsix'));
  const native = (await readdir(dist, { recursive: true })).filter(name => name.endsWith('.node'));
  if (native.length > 0) throw new Error(`The package has native modules: ${native.join(', ')}`);
  return [
    {
      id: 'package.size',
      what: 'package, without native modules',
      value: size / 1e6,
      unit: 'MB',
      target: { atMost: 10 },
    },
  ];
}
