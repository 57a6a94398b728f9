import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkModel, type ModelOutcome } from '../support/model-checker.ts';

const asDesigned = {
  Most: 2,
  ApprovedOnly: true,
  BoundToContent: true,
  OneOpen: true,
  Consumed: true,
  StatusAtUse: true,
  TimeAtUse: true,
  DecidedIfPending: true,
  OverdueOnly: true,
  OperatorsOnly: true,
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

function check(constants: Partial<typeof asDesigned>): Promise<ModelOutcome> {
  return checkModel({
    module: join(import.meta.dirname, 'approvals.tla'),
    constants: { ...asDesigned, ...constants },
    invariants,
  });
}

describe('an approval, with calls, operators, time and restarts in any order', () => {
  test('is decided once by a person, and used once, in time, for its content', async () => {
    const { violated, trace, states } = await check({});
    expect(violated, trace.join('\n')).toBeUndefined();
    expect(states).toBeGreaterThan(10_000);
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
});
