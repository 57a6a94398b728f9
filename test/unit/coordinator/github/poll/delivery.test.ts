import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGitHubClient } from '../../../../../src/coordinator/github/api/client.ts';
import type { GitHubWrite } from '../../../../../src/coordinator/github/labels/deliver.ts';
import {
  deliverWrites,
  type Settlement,
  type Target,
} from '../../../../../src/coordinator/github/poll/delivery.ts';
import {
  faults,
  type StandIn,
  type StandInRepository,
  startStandIn,
} from '../../../../support/github/stand-in.ts';

let standIn: StandIn;
let orders: StandInRepository;
let targets: Map<string, Target>;
let settled: [string, Settlement][];
const repository = 'here/octo/orders';

beforeEach(async () => {
  standIn = await startStandIn();
  standIn.tokens.set('good', 'olga');
  orders = standIn.repository('octo/orders');
  orders.put(1);
  orders.put(2);
  settled = [];
  const client = createGitHubClient({ api: standIn.api, token: 'good', version: '0', monotonicMs: () => 0 });
  targets = new Map([[repository, { client, source: { repository, owner: 'octo', name: 'orders' } }]]);
});
afterEach(() => standIn.close());

const comment = (id: string, number: number, attempt = 1): GitHubWrite => ({
  id,
  repository,
  number,
  kind: 'comment',
  label: null,
  body: `<!-- interlock:${id} -->\nIt is done.`,
  attempt,
});
const label = (id: string, kind: 'add_label' | 'remove_label', name: string, number = 1): GitHubWrite => ({
  ...comment(id, number),
  kind,
  label: name,
  body: null,
});

const deliver = (...writes: readonly GitHubWrite[]) =>
  deliverWrites(
    {
      take: async () => writes,
      settle: async (id, settlement) => void settled.push([id, settlement]),
    },
    targets,
    0,
  );

it('sets and removes labels and writes comments, in the order in which they are wanted', async () => {
  const hostile = 'status:100% / done?#&é';
  await deliver(label('a', 'add_label', hostile), comment('b', 1), label('c', 'remove_label', hostile));
  expect(settled).toEqual(['a', 'b', 'c'].map(id => [id, { outcome: 'done' }]));
  expect(orders.labelsOf(1)).toEqual([]);
  expect(orders.comments).toEqual([{ number: 1, body: comment('b', 1).body, author: 'olga' }]);
  expect(standIn.asked.map(({ status }) => status)).toEqual([200, 201, 200]);
});

it('takes a label that is not there for removed', async () => {
  await deliver(label('a', 'remove_label', 'none'));
  expect(settled).toEqual([['a', { outcome: 'done' }]]);
});

it('recognises the comment that an attempt has left whose answer was lost', async () => {
  for (let other = 0; other < 130; other++) orders.comments.push({ number: 1, body: 'Hello', author: 'ada' });
  standIn.faults.push('answer');
  await deliver(comment('a', 1));
  await deliver(comment('a', 1, 2));
  expect(orders.comments.filter(({ body }) => body.includes('It is done.'))).toHaveLength(1);
  await deliver(comment('b', 1, 2));
  expect(orders.comments.at(-1)?.body).toContain('interlock:b');
});

it('holds back what comes after on the same issue, and nothing else', async () => {
  standIn.faults.push(faults.status(502));
  await deliver(comment('a', 1), label('b', 'add_label', 'status:done'), comment('c', 2));
  expect(settled).toEqual([
    ['a', { outcome: 'retry', error: expect.stringContaining('502') }],
    ['b', { outcome: 'retry', error: expect.stringContaining('502') }],
    ['c', { outcome: 'done' }],
  ]);
});

it('waits for as long as GitHub asks, and takes nothing meanwhile', async () => {
  standIn.faults.push(faults.secondaryLimit(120));
  await deliver(comment('a', 1));
  expect(settled).toEqual([['a', expect.objectContaining({ outcome: 'retry', retry_after_seconds: 120 })]]);
  await deliver(comment('b', 2));
  expect(settled).toHaveLength(1);
  expect(standIn.asked).toHaveLength(1);
});

it('gives up what GitHub refuses, and what is for an issue that is gone', async () => {
  await deliver(comment('a', 99));
  standIn.faults.push(faults.status(403, {}, 'Must have admin rights to Repository.'));
  await deliver(label('b', 'add_label', 'status:done'));
  expect(settled).toEqual([
    ['a', { outcome: 'failed', error: expect.stringContaining('Not Found') }],
    ['b', { outcome: 'failed', error: expect.stringContaining('admin rights') }],
  ]);
});
