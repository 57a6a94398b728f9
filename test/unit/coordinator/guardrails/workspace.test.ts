import { expect, test } from 'vitest';
import { readAsset } from '../../../../src/coordinator/assets.ts';
import { createGuard } from '../../../../src/coordinator/guardrails/engine.ts';

const guard = await createGuard({ asset: readAsset });
const verdictOf = async (text: string, cwd: string, home = '/home/ann') =>
  (await guard.judge({ command: { text, cwd } }, { trust: 2, home })).verdict;

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

test.each([
  ['rm -rf "$HOME"', '/tmp/run/home', 'block'],
  ['rm -rf ~/*', '/tmp/run/home', 'block'],
  ['rm -rf ~/notes', '/tmp/run/home', 'ask'],
  ['rm -rf /tmp/run', '/tmp/run/home', 'ask'],
  ['rm -rf /tmp/scratch', '/tmp/run/home', 'allow'],
  ['rm -rf /tmp/scratch', '/tmp', 'allow'],
])(
  'a home that lies in a temporary directory is a home all the same: %s with %s',
  async (text, home, verdict) => {
    expect(await verdictOf(text, '/home/ann/repo', home)).toBe(verdict);
  },
);
