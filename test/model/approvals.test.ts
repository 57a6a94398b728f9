import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkModel, type ModelOutcome } from '../support/model-checker.ts';

const asDesigned = {
  Most: 2,
  Waits: false,
  ApprovedOnly: true,
  BoundToContent: true,
  OneOpen: true,
  Consumed: true,
  StatusAtUse: true,
  TimeAtUse: true,
  DecidedIfPending: true,
  OverdueOnly: true,
  OperatorsOnly: true,
  RunsOut: true,
  Sweeps: true,
  EndsWait: true,
};

const invariants = [
  'UsedOnce',
  'UsedIfApproved',
  'UsedForItsContent',
  'UsedInTime',
  'DecidedOnce',
  'DecidedByAPerson',
  'ExpiredWhenOver',
  'OneForEach',
];

function check(
  constants: Partial<typeof asDesigned>,
  what: { readonly invariants: readonly string[]; readonly property?: string } = { invariants },
): Promise<ModelOutcome> {
  return checkModel({
    module: join(import.meta.dirname, 'approvals.tla'),
    constants: { ...asDesigned, ...constants },
    ...what,
  });
}

/** One request, of which each call may file, find, wait for and use the same: what is left undone shows there. */
function checkInTheEnd(property: string, constants: Partial<typeof asDesigned> = {}): Promise<ModelOutcome> {
  return check({ Most: 1, Waits: true, ...constants }, { invariants: [], property });
}

describe('an approval, with calls, operators, time and restarts in any order', () => {
  test.each([
    { Most: 2, Waits: false },
    { Most: 1, Waits: true },
  ])('is decided once by a person, and used once, in time, for its content: %o', async bounds => {
    const { violated, trace, states } = await check(bounds);
    expect(violated, trace.join('\n')).toBeUndefined();
    expect(states).toBeGreaterThan(bounds.Most === 2 ? 10_000 : 1_000);
  });

  test.each([
    ['a request let its call pass before it is decided', { ApprovedOnly: false }, 'UsedIfApproved'],
    ['an approval passed for any content', { BoundToContent: false }, 'UsedForItsContent'],
    ['a request could be filed beside an open one', { OneOpen: false }, 'OneForEach'],
    ['nobody consumed it', { Consumed: false }, 'UsedOnce'],
    ['a call trusted the status that it saw before it acts', { StatusAtUse: false }, 'UsedOnce'],
    ['a call trusted the time at which it looked', { TimeAtUse: false }, 'UsedInTime'],
    ['a decision could overwrite another', { DecidedIfPending: false }, 'DecidedOnce'],
    ['a sweep expired whatever is open', { OverdueOnly: false }, 'ExpiredWhenOver'],
    ['an agent could decide', { OperatorsOnly: false }, 'DecidedByAPerson'],
  ])('would not hold if %s', async (_what, broken, invariant) => {
    const { violated } = await check(broken);
    expect(violated).toBe(invariant);
  });

  test.each(['EveryRequestEnds', 'EveryWaiterGoesOn'])('does not stay open for ever: %s', async property => {
    const { violated, trace, states } = await checkInTheEnd(property);
    expect(violated, trace.join('\n')).toBeUndefined();
    expect(states).toBeGreaterThan(1_000);
  });

  test.each([
    ['an approval that was given lasted for ever', { RunsOut: false }, 'EveryRequestEnds'],
    ['nobody wrote down what time has decided', { Sweeps: false }, 'EveryRequestEnds'],
    ['whoever waits heard of a yes alone', { EndsWait: false }, 'EveryWaiterGoesOn'],
  ])('would stay open for ever if %s: %o', async (_what, broken, property) => {
    const { violated } = await checkInTheEnd(property, broken);
    expect(violated).toBe(property);
  });
});
