import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetOf } from '../../../../src/bridge/hook/budget.ts';

describe('budgetOf', () => {
  it('leaves room for the default wait for a person, and ends well before the time-out', () => {
    expect(budgetOf(60)).toEqual({ reachMs: 3_000, startMs: 20_000, answerMs: 50_000, deadlineMs: 55_000 });
  });

  it('keeps the order of reaching, answering and speaking for every time-out', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), seconds => {
        const { reachMs, startMs, answerMs, deadlineMs } = budgetOf(seconds);
        expect(reachMs).toBeGreaterThan(0);
        expect(reachMs).toBeLessThanOrEqual(startMs);
        expect(startMs).toBeLessThan(answerMs);
        expect(answerMs).toBeLessThan(deadlineMs);
        expect(deadlineMs).toBeLessThan(seconds * 1000);
      }),
    );
  });
});
