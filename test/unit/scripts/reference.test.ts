import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command, referenceFiles } from '../../../scripts/reference.ts';

const root = join(import.meta.dirname, '..', '..', '..');

const files = [...(await referenceFiles())];

describe('the reference', () => {
  test.each(files)('%s says what the operations say', async (path, text) => {
    const stored = await readFile(join(root, path), 'utf8').catch(() => '');
    expect(stored === text, `${path} is stale: run ${command}`).toBe(true);
  });
});
