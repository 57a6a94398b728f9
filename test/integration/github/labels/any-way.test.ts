import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Delivery, receiveDelivery } from '../../../../src/coordinator/github/labels/receive.ts';
import { signInToGitHub } from '../../../../src/coordinator/github/sign-ins.ts';
import { describeProject } from '../../../../src/coordinator/projects/describe.ts';
import { onEachDatabase } from '../../../support/databases.ts';
import { about } from '../../../support/github/issue-life.ts';
import { type StandIn, type StandInRepository, startStandIn } from '../../../support/github/stand-in.ts';
import { issueOf, labelOf } from '../../../support/github/things.ts';
import { forgetGitHub, type LabelState, readState } from '../../../support/github/webhook-stand.ts';
import { git } from '../../../support/repository.ts';
import { type LockStand, openLockStand } from '../../locks/stand.ts';

/** Some exclude one another; one can be no lock. */
const labels = [
  'locked:src',
  'locked:src/api',
  'locked:../out',
  'agent:ada',
  'agent:bob',
  'status:assigned',
  'bug',
];

/** What somebody does with one of two issues, how often GitHub tells of it and how much later, and whether it is asked then. */
const step = fc.record({
  number: fc.constantFrom(1, 2),
  does: fc.oneof(
    { weight: 8, arbitrary: fc.constant('labeled' as const) },
    { weight: 4, arbitrary: fc.constant('unlabeled' as const) },
    { weight: 2, arbitrary: fc.constantFrom('closed' as const, 'reopened' as const, 'edited' as const) },
    { weight: 1, arbitrary: fc.constant('deleted' as const) },
  ),
  by: fc.constantFrom('Alice', 'Bob', 'Carl'),
  label: fc.constantFrom(...labels),
  /** So many acts later, each; none: the word of it is lost. */
  told: fc.array(fc.nat({ max: 5 }), { maxLength: 2 }),
  isPolled: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

onEachDatabase('what webhooks tell and what is read', fixture => {
  let stand: LockStand;
  let standIn: StandIn;
  let orders: StandInRepository;
  let nowMs = performance.now();
  let projectId: string;
  const owner = `octo-${randomUUID().slice(0, 8)}`;

  beforeEach(async () => {
    stand = await openLockStand(fixture.db, { repository: true, monotonicMs: () => nowMs });
    standIn = await startStandIn();
    orders = standIn.repository(`${owner}/orders`);
    git(stand.folder, 'remote', 'add', 'origin', `${standIn.address}/${owner}/orders.git`);
    // What git said of the folder before is believed for some seconds.
    nowMs += 60_000;
    // Nothing is written: what is to be told to GitHub is part of what is compared.
    await stand.configure({ 'github.address': standIn.address, 'github.useSignIn': 'read' });
    ({ project_id: projectId } = (await stand.call(describeProject, {})) as { project_id: string });
  });
  afterEach(async () => {
    await stand.close();
    await standIn.close();
    expect(stand.errors).toEqual([]);
  });

  const poll = async (minutes = 1.01) => {
    nowMs += minutes * 60_000;
    await stand.coordinator.readGitHub();
  };
  const deliver = (delivery: Omit<Delivery, 'id'>) =>
    receiveDelivery(
      { database: fixture.db, corridor: stand.coordinator.corridor },
      { id: randomUUID(), ...delivery },
    );
  const state = async (): Promise<LabelState> => {
    await stand.coordinator.labelsSettled();
    return readState(fixture.db, projectId);
  };
  /** Begins with two issues that bear nothing, of which nobody knows, and a sign-in for which nothing was read. */
  const begin = async () => {
    await stand.coordinator.labelsSettled();
    await forgetGitHub(fixture.db, projectId);
    for (const number of [1, 2]) {
      orders.remove(number);
      orders.put(number, { labels: [] });
    }
    const token = randomUUID();
    standIn.tokens.clear();
    standIn.tokens.set(token, 'olga');
    const signIn = { host: standIn.host, token };
    await stand.call(signInToGitHub, signIn, await stand.operator());
  };

  /** Does it on the stand-in, and answers what GitHub tells of it; nothing where it would change nothing. */
  const act = ({ number, does, by, label }: Step): Omit<Delivery, 'id'> | undefined => {
    const at = { api: standIn.api, pages: standIn.address, repository: `${owner}/orders` };
    if (!orders.has(number)) return undefined;
    const before = orders.now(number);
    const bears = before.labels.includes(label);
    if ((does === 'labeled' && bears) || (does === 'unlabeled' && !bears)) return undefined;
    if (does === 'closed' && before.state === 'closed') return undefined;
    if (does === 'reopened' && before.state === 'open') return undefined;
    if (does === 'labeled') orders.label(number, label, by);
    if (does === 'unlabeled') orders.unlabel(number, label, by);
    if (does === 'closed') orders.close(number, by);
    if (does === 'reopened') orders.put(number, { state: 'open' });
    // Neither its title nor its text: a task says what these were when it was made.
    if (does === 'edited') orders.put(number);
    const issue = issueOf(at, orders.now(number));
    if (does === 'deleted') orders.remove(number);
    const isLabel = does === 'labeled' || does === 'unlabeled';
    return {
      event: 'issues',
      payload: {
        action: does,
        issue,
        ...(isLabel ? { label: labelOf(at, label) } : {}),
        ...about(`${owner}/orders`, by, standIn.address),
      },
    };
  };

  test('in any mix, doubled, late, lost or never asked for, end in the same locks, tasks and words to GitHub', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 10 }), async steps => {
        await begin();
        const told: Omit<Delivery, 'id'>[] = [];
        const late: { readonly due: number; readonly delivery: Omit<Delivery, 'id'> }[] = [];
        for (const [index, each] of steps.entries()) {
          const delivery = act(each);
          if (delivery) {
            told.push(delivery);
            // The last word comes first, where several are due.
            late.unshift(...each.told.map(later => ({ due: index + later, delivery })));
          }
          for (const { due, delivery } of late) if (due === index) await deliver(delivery);
          if (each.isPolled) await poll();
        }
        // What bears labels is looked at every ten minutes, changed or not.
        await poll();
        await poll(11);
        for (const { due, delivery } of late) if (due >= steps.length) await deliver(delivery);
        const mixed = await state();

        await stand.coordinator.labelsSettled();
        await forgetGitHub(fixture.db, projectId);
        for (const delivery of told) await deliver(delivery);
        expect(mixed).toEqual(await state());
      }),
      { numRuns: 8 },
    );
  }, 240_000);
});
