import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { loadCedar } from '../../../../src/coordinator/policy/cedar.ts';
import { readAhead } from '../../../../src/coordinator/policy/policy-set.ts';

test('reading many policies leaves others their turn, and is done once', async () => {
  const cedar = await loadCedar();
  const texts = Array.from({ length: 40 }, (_, number) => ({
    name: `policy-${number}`,
    text: `forbid (principal, action, resource is File) when { resource.path like "read-ahead-${number}/*" };`,
  }));
  let parsed = 0;
  const counting: typeof cedar = {
    ...cedar,
    policyToJson: policy => {
      parsed += 1;
      return cedar.policyToJson(policy);
    },
  };
  // Each look at the clock finds it three milliseconds later: two policies fill a slice.
  let now = 0;
  const reading = readAhead(counting, texts, () => (now += 3));
  await nextTurn();
  expect(parsed).toBeGreaterThan(0);
  expect(parsed).toBeLessThan(texts.length);
  await reading;
  expect(parsed).toBe(texts.length);
  await readAhead(counting, texts, () => now);
  expect(parsed).toBe(texts.length);
});
