import { expect, test } from 'vitest';
import { readAsset } from '../../../../src/coordinator/assets.ts';
import { createGuard } from '../../../../src/coordinator/guardrails/engine.ts';

const guard = await createGuard({ asset: readAsset });
const verdictOf = async (text: string, cwd: string) =>
  (await guard.judge({ command: { text, cwd } }, { trust: 2, home: '/home/ann' })).verdict;

test.each([
  ['rm -rf src', '/tmp/checkout', 'ask'],
  ['find . -delete', '/tmp/checkout', 'ask'],
  ['rm -rf /tmp/checkout/src', '/tmp/checkout', 'ask'],
  ['rm -rf /tmp/scratch', '/tmp/checkout', 'allow'],
  ['cd /tmp/scratch && rm -rf out', '/tmp/checkout', 'allow'],
  ['rm -rf scratch', '/tmp', 'allow'],
  ['rm -rf /tmp/scratch', '/home/ann/repo', 'allow'],
])('work that lies in a temporary directory is work all the same: %s in %s', async (text, cwd, verdict) => {
  expect(await verdictOf(text, cwd)).toBe(verdict);
});
