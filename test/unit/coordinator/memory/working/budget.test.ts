import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overBudget, tokensOf } from '../../../../../src/coordinator/memory/working/budget.ts';

describe('what has to go', () => {
  const entries = fc
    .array(fc.integer({ min: 1, max: 500 }), { maxLength: 20 })
    .map(tokens => tokens.map((each, index) => ({ key: `k${index}`, tokens: each })));
  const total = (some: readonly { tokens: number }[]) => some.reduce((sum, { tokens }) => sum + tokens, 0);

  test('leaves no more than the budget, is what was used longest ago, and is no more than needed', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 0, max: 3_000 }), (lastUsedFirst, budget) => {
        const out = overBudget(lastUsedFirst, budget);
        const left = lastUsedFirst.slice(0, lastUsedFirst.length - out.length);
        expect(out).toEqual(lastUsedFirst.slice(left.length).reverse());
        expect(total(left)).toBeLessThanOrEqual(budget);
        if (out.length > 0) expect(total(left) + (out.at(-1)?.tokens ?? 0)).toBeGreaterThan(budget);
      }),
    );
  });
});

describe('the tokens of an entry', () => {
  test('are a fourth of its bytes, at least one', () => {
    expect(tokensOf('plan', 'x'.repeat(393))).toBe(100);
    expect(tokensOf('a', null)).toBe(2);
    expect(tokensOf('plan', 'ロ'.repeat(100))).toBeGreaterThan(tokensOf('plan', 'x'.repeat(100)));
  });
});
