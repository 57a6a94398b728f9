import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadCedar } from '../../../../src/coordinator/policy/cedar.ts';
import { decideNative } from '../../../../src/coordinator/policy/native.ts';
import { type PolicySet, policySetOf } from '../../../../src/coordinator/policy/policy-set.ts';
import { anyCase, type Case, everyCase, requestOf } from '../../../support/policy-requests.ts';

let defaults: PolicySet;
beforeAll(async () => {
  defaults = policySetOf(await loadCedar(), []);
});

const both = (given: Case) => {
  const request = requestOf(given);
  return {
    cedar: defaults.decide(request, given.operation.access).decision,
    native: decideNative(request).decision,
  };
};

describe('Cedar with the default policies and the native engine', () => {
  test('agree on every operation × trust × resource × grant × risk × delegation', () => {
    const disagreements: unknown[] = [];
    const decisions = { allow: 0, deny: 0, approval_required: 0 };
    for (const given of everyCase()) {
      const { cedar, native } = both(given);
      decisions[native] += 1;
      if (cedar !== native) disagreements.push({ request: requestOf(given), cedar, native });
    }
    expect(disagreements.slice(0, 3)).toEqual([]);
    for (const count of Object.values(decisions)) expect(count).toBeGreaterThan(1_000);
  }, 120_000);

  test('agree on 10,000 random requests, with profiles that have lists and limits', () => {
    fc.assert(
      fc.property(anyCase, given => {
        const { cedar, native } = both(given);
        expect(cedar).toBe(native);
      }),
      { numRuns: 10_000 },
    );
  }, 120_000);
});
