import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkModel, type ModelOutcome } from '../support/model-checker.ts';

const asDesigned = {
  Most: 2,
  MaxAttempts: 2,
  AtomicClaim: true,
  AfterDependencies: true,
  LivingClaim: true,
  LeaseEnds: true,
  LapsedOnly: true,
  LimitedAttempts: true,
  ClaimAtEnd: true,
  OpenAtEnd: true,
  Cascades: true,
  Turns: true,
  Marks: true,
  Settles: true,
};

const invariants = [
  'OneClaimer',
  'OnlyTheClaimerEnds',
  'DependenciesFirst',
  'EndsOnce',
  'EndedIsEnded',
  'AttemptsKept',
  'EndedSessionsHaveNothing',
  'CountIsTrue',
];
const property = 'EveryTaskEnds';

function check(
  constants: Partial<typeof asDesigned>,
  what: { readonly invariants: readonly string[]; readonly property?: string } = { invariants, property },
): Promise<ModelOutcome> {
  return checkModel({
    module: join(import.meta.dirname, 'queue.tla'),
    constants: { ...asDesigned, ...constants },
    ...what,
  });
}

describe('the queue, with submissions, workers that pause, die and end, cancellations and time in any order', () => {
  test.each([
    { Most: 2, MaxAttempts: 2 },
    { Most: 3, MaxAttempts: 1 },
  ])(
    'hands each task to one worker at a time, after what it depends on, and ends it once: %o',
    async bounds => {
      const { violated, trace, states } = await check(bounds);
      expect(violated, trace.join('\n')).toBeUndefined();
      expect(states).toBeGreaterThan(2_000);
    },
  );

  test.each([
    ['a claim took what it has seen, whoever took it meanwhile', { AtomicClaim: false }, 'OneClaimer'],
    ['a claim were taken whose lease is not over', { LapsedOnly: false }, 'OneClaimer'],
    ['a claim took what it has seen, however it ended meanwhile', { AtomicClaim: false }, 'EndedIsEnded'],
    ['nobody looked who has the claim when it is completed', { ClaimAtEnd: false }, 'OnlyTheClaimerEnds'],
    ['a task were handed out whatever it waits for', { AfterDependencies: false }, 'DependenciesFirst'],
    ['a cancellation were written however the task ended', { OpenAtEnd: false }, 'EndsOnce'],
    ['a task were handed out however often it was lost', { LimitedAttempts: false }, 'AttemptsKept'],
    ['a session that ended on the way still claimed', { LivingClaim: false }, 'EndedSessionsHaveNothing'],
    ['a dependency could end while a submission looks at it', { Turns: false }, 'CountIsTrue'],
    ['a submission did not say at which task it looks', { Marks: false }, 'CountIsTrue'],
  ])('would not keep it if %s', async (_what, broken, invariant) => {
    const { violated } = await check(broken, { invariants: [invariant] });
    expect(violated).toBe(invariant);
  });

  test.each([
    ['a claim lasted for ever', { LeaseEnds: false }],
    ['a task were handed out however often it was lost', { LimitedAttempts: false }],
    ['nobody told those that depend on a task that did not complete', { Cascades: false }],
    ['a dependency could end while a submission looks at it', { Turns: false }],
    ['a submission did not say at which task it looks', { Marks: false }],
    ['nobody wrote down what time has decided', { Settles: false }],
  ])('would leave a task without an end if %s', async (_what, broken) => {
    const { violated } = await check(broken, { invariants: [], property });
    expect(violated).toBe(property);
  });
});
