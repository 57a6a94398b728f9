import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createGitHubClient,
  type GitHubClient,
  type Page,
} from '../../../../../src/coordinator/github/api/client.ts';
import { ApiFailure, failureOf } from '../../../../../src/coordinator/github/api/failure.ts';
import { type Fault, faults, type StandIn, startStandIn } from '../../../../support/github/stand-in.ts';

const Numbers = z.array(z.object({ number: z.number() }));

let standIn: StandIn;
let nowMs: number;

beforeEach(async () => {
  standIn = await startStandIn();
  standIn.tokens.set('good', 'ada');
  nowMs = 1_000_000;
});
afterEach(() => standIn.close());

function client(options: { readonly token?: string; readonly patienceMs?: number } = {}): GitHubClient {
  return createGitHubClient({
    api: standIn.api,
    token: 'good',
    version: '0.0.0',
    monotonicMs: () => nowMs,
    ...options,
  });
}

const issues = '/repos/octo/orders/issues?state=all&per_page=10';

async function failureOfReading(asking: GitHubClient): Promise<ApiFailure> {
  const error = await asking.read(issues, Numbers).catch((thrown: unknown) => thrown);
  if (error instanceof ApiFailure) return error;
  throw new Error(`no failure: ${JSON.stringify(error)}`);
}

describe('a client of GitHub', () => {
  it('follows the pages that GitHub names', async () => {
    const repository = standIn.repository('octo/orders');
    for (let number = 1; number <= 35; number++) repository.put(number);
    const asking = client();
    const seen: number[] = [];
    let next: string | undefined = issues;
    while (next !== undefined) {
      const page: Page<readonly { readonly number: number }[]> = await asking.readAgain(next, Numbers);
      seen.push(...page.items.map(({ number }) => number));
      next = page.next;
    }
    expect(seen).toEqual(Array.from({ length: 35 }, (_, index) => index + 1));
    expect(standIn.asked).toHaveLength(4);
  });

  it('asks only whether something changed, which costs no quota', async () => {
    const repository = standIn.repository('octo/orders');
    repository.put(1);
    const asking = client();
    expect((await asking.read(issues, Numbers))?.items).toEqual([{ number: 1 }]);
    for (let again = 0; again < 20; again++) expect(await asking.read(issues, Numbers)).toBeUndefined();
    expect(standIn.used()).toBe(1);
    repository.put(2);
    expect((await asking.read(issues, Numbers))?.items).toEqual([{ number: 1 }, { number: 2 }]);
    expect(standIn.used()).toBe(2);
  });

  it('is quiet for as long as a secondary limit says, and asks again afterwards', async () => {
    standIn.repository('octo/orders').put(1);
    standIn.faults.push(faults.secondaryLimit(90));
    const asking = client();
    expect(await failureOfReading(asking)).toMatchObject({ kind: 'limited', waitMs: 90_000 });
    nowMs += 89_999;
    expect(await failureOfReading(asking)).toMatchObject({ kind: 'limited', waitMs: 1 });
    expect(standIn.asked).toHaveLength(1);
    nowMs += 1;
    expect((await asking.read(issues, Numbers))?.items).toHaveLength(1);
  });

  it('leaves the last tenth of the quota to the person’s other tools, until it is full again', async () => {
    standIn.repository('octo/orders').put(1);
    standIn.quota = 20;
    const asking = client();
    for (let again = 0; again < 18; again++) await asking.readAgain(issues, Numbers);
    const failure = await failureOfReading(asking);
    expect(failure.kind).toBe('limited');
    expect(failure.waitMs).toBeGreaterThan(1_790_000);
    expect(failure.waitMs).toBeLessThanOrEqual(1_801_000);
    expect(standIn.used()).toBe(18);
  });

  it('says that the quota is used up, and until when', async () => {
    standIn.repository('octo/orders').put(1);
    standIn.quota = 0;
    expect(await failureOfReading(client())).toMatchObject({ kind: 'limited' });
  });

  it.each<
    readonly [
      string,
      { readonly token?: string; readonly patienceMs?: number },
      Fault | undefined,
      string,
      string,
    ]
  >([
    ['a token that is not accepted', { token: 'bad' }, undefined, 'refused', '401: Bad credentials'],
    ['a server that is at fault', {}, faults.status(502), 'unavailable', '502'],
    ['a connection that is cut', {}, faults.cutConnection, 'unavailable', 'could not be reached'],
    ['an answer that is cut', {}, faults.cutBody, 'unavailable', 'could not be reached'],
    ['no answer in time', { patienceMs: 50 }, faults.silence, 'unavailable', 'within 0.05 s'],
    ['a sign-in page in between', {}, faults.signInPage, 'garbage', 'sign-in page'],
    ['another JSON', {}, faults.otherJson, 'garbage', 'no answer of GitHub’s API'],
    ['what is not there', {}, faults.status(404, {}, 'Not Found'), 'missing', 'Not Found'],
    [
      'what is not allowed',
      {},
      faults.status(403, {}, 'Resource not accessible'),
      'forbidden',
      'not accessible',
    ],
  ])('says of %s what it is', async (_, options, fault, kind, words) => {
    standIn.repository('octo/orders').put(1);
    if (fault) standIn.faults.push(fault);
    const failure = await failureOfReading(client(options));
    expect(failure.kind).toBe(kind);
    expect(failure.message).toContain(words);
    expect(failure.message).not.toContain(options.token ?? 'good');
  });

  it('sends the token to the API alone, whatever is named as the next page', async () => {
    const asking = client();
    await expect(asking.read('https://elsewhere.example/next', Numbers)).rejects.toMatchObject({
      kind: 'garbage',
    });
    await expect(asking.read(`${standIn.address}/api/v3.elsewhere/x`, Numbers)).rejects.toMatchObject({
      kind: 'garbage',
    });
    expect(standIn.asked).toEqual([]);
  });

  it('changes things, and says where GitHub does not let it', async () => {
    const repository = standIn.repository('octo/orders');
    repository.put(1);
    const asking = client();
    await asking.send('POST', '/repos/octo/orders/issues/1/comments', { body: 'done' });
    expect(repository.comments).toEqual([{ number: 1, body: 'done', author: 'ada' }]);
    await expect(asking.send('DELETE', '/repos/octo/orders/issues/1/labels/none')).rejects.toMatchObject({
      kind: 'missing',
    });
  });
});

describe('a wait that GitHub asks for', () => {
  it('is a minute where a secondary limit does not say, and an hour at most', () => {
    const limited = { status: 429, said: 'You have exceeded a secondary rate limit' };
    expect(failureOf({ ...limited, headers: {} }).waitMs).toBe(60_000);
    expect(failureOf({ ...limited, headers: { 'retry-after': '999999' } }).waitMs).toBe(3_600_000);
  });

  it('is told by GitHub’s clock, not by ours', () => {
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1000000100',
      date: new Date(1_000_000_000_000).toUTCString(),
    };
    expect(failureOf({ status: 403, headers, said: '' }).waitMs).toBe(100_000);
  });
});
