import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkModel, type ModelOutcome } from '../support/model-checker.ts';

/** The protocol of docs/adr/0001-store-ownership.md. */
const asDesigned = {
  Processes: '{p1, p2, p3}',
  Attempts: 4,
  Kept: 1,
  Proof: true,
  ListensFirst: true,
  Exclusive: true,
  LooksAgain: true,
  SocketsDie: true,
};

function check(
  constants: Partial<typeof asDesigned>,
  what: { readonly invariants: readonly string[]; readonly property?: string } = {
    invariants: ['OneOwner', 'NobodyIsKeptOutInVain'],
  },
): Promise<ModelOutcome> {
  return checkModel({
    module: join(import.meta.dirname, 'ownership.tla'),
    constants: { ...asDesigned, ...constants },
    ...what,
  });
}

describe('ownership of the store, with processes killed or asleep between any two steps', () => {
  test.each([
    { Kept: 1, Attempts: 4 },
    { Kept: 2, Attempts: 5 },
  ])('has one owner at most, and keeps nobody out in vain: %o', async bounds => {
    const { violated, trace, states } = await check(bounds);
    expect(violated, trace.join('\n')).toBeUndefined();
    expect(states).toBeGreaterThan(10_000);
  });

  test.each([
    ['a living owner may be taken for dead', { Proof: false }, 'OneOwner'],
    ['a claim is published before anybody listens', { ListensFirst: false }, 'OneOwner'],
    ['a claim may replace another', { Exclusive: false }, 'OneOwner'],
    ['a claimant does not look again after it published its claim', { LooksAgain: false }, 'OneOwner'],
    ['the highest claim is swept', { Kept: 0 }, 'OneOwner'],
    ['a socket outlives its process', { SocketsDie: false }, 'NobodyIsKeptOutInVain'],
  ])('would not hold if %s', async (_what, broken, invariant) => {
    const { violated } = await check(broken);
    expect(violated).toBe(invariant);
  });

  // With fairness the graph of states is searched for cycles, too: two processes show what there is to show.
  const found = { invariants: [], property: 'FindsAnOwner' };
  const small = { Processes: '{p1, p2}', Attempts: 4 };

  test('finds an owner again', async () => {
    const { violated, trace, states } = await check(small, found);
    expect(violated, trace.join('\n')).toBeUndefined();
    expect(states).toBeGreaterThan(500);
  });

  test('would be left without one if a socket outlived its process', async () => {
    expect((await check({ ...small, SocketsDie: false }, found)).violated).toBe('FindsAnOwner');
  });
});
