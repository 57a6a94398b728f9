import { expect, test } from 'vitest';
import { readAsset } from '../../../../src/coordinator/assets.ts';
import { createGuard } from '../../../../src/coordinator/guardrails/engine.ts';

const guard = await createGuard({ asset: readAsset });

test('of all rules that an effect breaks the strictest speaks: rm -rf / is blocked although it also reaches for the store', async () => {
  const context = {
    trust: 2 as const,
    home: '/home/ann',
    protectedPaths: ['/home/ann/.local/share/interlock'],
  };
  const judgement = await guard.judge({ command: { text: 'rm -rf /', cwd: '/home/ann/repo' } }, context);
  expect(judgement.verdict).toBe('block');
});
