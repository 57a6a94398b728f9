import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { relevanceOf, type Standing } from '../../../../src/coordinator/memory/relevance.ts';

const plain: Standing = { age_days: 0, outcome: null, useful: 0, not_useful: 0, recalls: 0 };

const standing: fc.Arbitrary<Standing> = fc.record({
  age_days: fc.double({ min: 0, max: 5_000, noNaN: true }),
  outcome: fc.constantFrom(null, 'positive', 'negative', 'neutral'),
  useful: fc.nat(1_000),
  not_useful: fc.nat(1_000),
  recalls: fc.nat(100_000),
});
const match = fc.double({ min: 0, max: 1, noNaN: true });

describe('the relevance of a memory', () => {
  test('is from 0 to 1, at most its match and at least half of it', () => {
    fc.assert(
      fc.property(match, standing, (match, standing) => {
        const relevance = relevanceOf(match, standing);
        expect(relevance).toBeGreaterThanOrEqual(match / 2 - 0.0001);
        expect(relevance).toBeLessThanOrEqual(match + 0.0001);
      }),
    );
  });

  test('decays by e^(−0.1·days) as far as it depends on age', () => {
    const at = (age_days: number) => relevanceOf(1, { ...plain, age_days });
    const oldest = at(100_000);
    expect((at(10) - oldest) / (at(0) - oldest)).toBeCloseTo(Math.exp(-1), 3);
    expect((at(1) - oldest) / (at(0) - oldest)).toBeCloseTo(Math.exp(-0.1), 3);
  });

  test('never falls with a better match, with use, or with youth', () => {
    fc.assert(
      fc.property(match, match, standing, (one, other, standing) => {
        const of = (more: Partial<Standing>, how = one) => relevanceOf(how, { ...standing, ...more });
        expect(of({}, Math.max(one, other))).toBeGreaterThanOrEqual(of({}, Math.min(one, other)));
        expect(of({ useful: standing.useful + 1 })).toBeGreaterThanOrEqual(of({}));
        expect(of({ not_useful: standing.not_useful + 1 })).toBeLessThanOrEqual(of({}));
        expect(of({ recalls: standing.recalls + 1 })).toBeGreaterThanOrEqual(of({}));
        expect(of({ age_days: standing.age_days + 1 })).toBeLessThanOrEqual(of({}));
        expect(of({ outcome: 'positive' })).toBeGreaterThanOrEqual(of({ outcome: 'negative' }));
        expect(of({ outcome: 'negative' })).toBeGreaterThanOrEqual(of({ outcome: null }));
      }),
    );
  });

  test('makes more of one who found it useful than of any number of recalls', () => {
    expect(relevanceOf(1, { ...plain, useful: 2 })).toBeGreaterThan(
      relevanceOf(1, { ...plain, recalls: 1e6 }),
    );
  });
});
