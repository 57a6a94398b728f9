import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkModel, type ModelOutcome } from '../support/model-checker.ts';

const asDesigned = {
  Most: 3,
  Sessions: '{"ada", "bob", "eve"}',
  Readers: '{}',
  Turns: true,
  SharedWaits: true,
  LiveRefresh: true,
  FenceKept: true,
  WriteChecked: true,
  EndFrees: true,
  LeaseEnds: true,
  FirstCome: true,
  PlaceEnds: true,
  AllOrNothing: true,
};

const invariants = ['OneHolder', 'FirstServed', 'FencesGrow', 'NoStaleWrite', 'EndedSessionsHoldNothing'];
const property = 'EveryWaiterGets';

function check(
  constants: Partial<typeof asDesigned>,
  what: { readonly invariants: readonly string[]; readonly property?: string } = { invariants, property },
): Promise<ModelOutcome> {
  return checkModel({
    module: join(import.meta.dirname, 'locks.tla'),
    constants: { ...asDesigned, ...constants },
    ...what,
  });
}

describe('locks with fences, with sessions that wait, pause, die and end, and leases that lapse in any order', () => {
  test.each([
    { Readers: '{}', Most: 3 },
    { Readers: '{"eve"}', Most: 4 },
    { Readers: '{"bob", "eve"}', Most: 4 },
  ])(
    'have one holder, fences that grow, no stale write, and a turn for everybody that waits: %o',
    async bounds => {
      const { violated, trace, states } = await check(bounds);
      expect(violated, trace.join('\n')).toBeUndefined();
      expect(states).toBeGreaterThan(2_000);
    },
  );

  test.each([
    ['somebody could take a lock between the look of another and its write', { Turns: false }, 'OneHolder'],
    [
      'a reader did not look whether somebody writes',
      { SharedWaits: false, Readers: '{"bob"}' },
      'OneHolder',
    ],
    [
      'a lease that is over were renewed, whoever took the file meanwhile',
      { LiveRefresh: false },
      'OneHolder',
    ],
    ['whoever asks took what is free, whoever waits for it', { FirstCome: false }, 'FirstServed'],
    ['a write were done whatever its fence', { WriteChecked: false }, 'NoStaleWrite'],
    ['the counter were cleaned up with the last lock', { FenceKept: false }, 'NoStaleWrite'],
    ['the counter were cleaned up with the last lock', { FenceKept: false }, 'FencesGrow'],
    ['a session that ends kept what it has', { EndFrees: false }, 'EndedSessionsHoldNothing'],
  ])('would not keep it if %s', async (_what, broken, invariant) => {
    const { violated } = await check(broken, { invariants: [invariant] });
    expect(violated).toBe(invariant);
  });

  test.each([
    ['a lock lasted for ever', { LeaseEnds: false }],
    ['one that died while it waited kept its place', { PlaceEnds: false }],
    [
      'a file were kept while the other is waited for',
      { AllOrNothing: false, Sessions: '{"ada", "bob"}', Most: 2 },
    ],
  ])('would let somebody wait for ever if %s', async (_what, broken) => {
    const { violated } = await check(broken, { invariants: [], property });
    expect(violated).toBe(property);
  });
});
