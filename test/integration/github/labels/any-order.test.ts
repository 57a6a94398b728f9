import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onEachDatabase } from '../../../support/databases.ts';
import { type Act, type Label, labelDeleted, livesOf } from '../../../support/github/issue-life.ts';
import { examplesOf } from '../../../support/github/payloads.ts';
import {
  type LabelState,
  openWebhookStand,
  type Sent,
  type WebhookStand,
} from '../../../support/github/webhook-stand.ts';

/** Some exclude one another; one can be no lock. */
const labels: readonly Label[] = [
  { id: 1, name: 'locked:src' },
  { id: 2, name: 'locked:src/api' },
  { id: 3, name: 'locked:docs/**' },
  { id: 4, name: 'locked:../out' },
  { id: 5, name: 'agent:ada' },
  { id: 6, name: 'agent:bob' },
  { id: 7, name: 'status:assigned' },
  { id: 8, name: 'bug' },
];

const who = fc.constantFrom('Alice', 'Bob', 'Carl');
const label = fc.constantFrom(...labels);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('labeled' as const), by: who, label }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('unlabeled' as const), by: who, label }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('closed', 'reopened', 'edited'), by: who }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('deleted' as const), by: who }) },
);

/** An issue’s life. Seconds may pass between two acts, or none: GitHub tells no more than seconds. */
const life = fc
  .record({
    opened: fc.record({ by: who, labels: fc.uniqueArray(label, { maxLength: 4 }) }),
    acts: fc.array(fc.record({ act, after: fc.constantFrom(0, 1, 30) }), { maxLength: 8 }),
    begins: fc.nat({ max: 60 }),
  })
  .map(({ opened, acts, begins }) => {
    let at = begins;
    return [
      { does: 'opened' as const, ...opened, at },
      ...acts.map(({ act, after }) => {
        at += after;
        return { ...act, at };
      }),
    ];
  });

/** Indexes of so many deliveries in any order, each at least once. */
function ordersOf(count: number): fc.Arbitrary<number[]> {
  const all = Array.from({ length: count }, (_, index) => index);
  return fc
    .array(fc.nat({ max: count - 1 }), { maxLength: 6 })
    .chain(again => fc.shuffledSubarray([...all, ...again], { minLength: count + again.length }));
}

onEachDatabase('words of GitHub in any order, any number of times', fixture => {
  let stand: WebhookStand;
  const repository = 'Codertocat/Hello-World';

  beforeAll(async () => {
    stand = await openWebhookStand(fixture.db, repository);
  });
  afterAll(async () => {
    await stand.close();
    expect(stand.interlock.errors).toEqual([]);
  });

  /** What there is after the deliveries; some are on their way at the same time, as from GitHub. */
  const after = async (
    sent: readonly Sent[],
    order: readonly number[] = sent.map((_, index) => index),
    atOnce = 1,
  ): Promise<LabelState> => {
    await stand.forget();
    const ids = sent.map(() => randomUUID());
    for (let start = 0; start < order.length; start += atOnce) {
      const replies = await Promise.all(
        order.slice(start, start + atOnce).map((index, place) => {
          const one = sent[index];
          if (!one) throw new Error(`no delivery ${index}`);
          // Every other repetition is a new delivery of the same words.
          const isAgain = order.indexOf(index) < start + place;
          return stand.deliver({ ...one, ...(isAgain && place % 2 === 0 ? {} : { delivery: ids[index] }) });
        }),
      );
      for (const { status } of replies) expect(status).toBe(202);
    }
    return stand.state();
  };

  test('end in the same locks, tasks and words to GitHub', async () => {
    const lives = fc
      .tuple(life, life, fc.option(label, { freq: 4 }))
      .map(([one, other, deleted]) => [
        ...livesOf({ repository, number: 1 }, one),
        ...livesOf({ repository, number: 2, kind: 'pull_request' }, other),
        ...(deleted === null ? [] : [labelDeleted(repository, deleted)]),
      ]);
    await fc.assert(
      fc.asyncProperty(
        lives.chain(sent =>
          fc.tuple(fc.constant(sent), ordersOf(sent.length), fc.integer({ min: 1, max: 4 })),
        ),
        async ([sent, order, atOnce]) => {
          expect(await after(sent, order, atOnce)).toEqual(await after(sent));
        },
      ),
      { numRuns: 10 },
    );
  }, 120_000);

  test('end in the same where they are the payloads that Octokit publishes', async () => {
    const sent = ['issues', 'pull_request', 'label', 'push', 'create', 'delete'].flatMap(event =>
      examplesOf(event)
        // The label that all of them bear becomes one that means something.
        .map(payload => JSON.stringify(payload).replaceAll('"bug"', '"locked:src/a"'))
        .map(text => JSON.parse(text) as { readonly repository: { readonly full_name: string } })
        // One is of another repository.
        .filter(payload => payload.repository.full_name === repository)
        .map(payload => ({ event, payload })),
    );
    expect(sent.length).toBeGreaterThan(70);
    const states: LabelState[] = [];
    await fc.assert(
      fc.asyncProperty(ordersOf(sent.length), async order => {
        states.push(await after(sent, order, 8));
        expect(states.at(-1)).toEqual(states[0]);
      }),
      { numRuns: 3 },
    );
  }, 120_000);
});
