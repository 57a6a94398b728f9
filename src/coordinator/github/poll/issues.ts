import { z } from 'zod';
import type { GitHubClient, Page } from '../api/client.ts';
import { ApiFailure } from '../api/failure.ts';
import { factsFromRest, itemFromRest } from '../labels/from-rest.ts';
import type { GitHubItem, LabelFact } from '../labels/item.ts';

/** As many as GitHub answers at once. */
const pageSize = 100;
const Things = z.array(z.unknown());
/** What was before everything. */
const always = '1970-01-01T00:00:00Z';

/** Where issues are read from: `host/owner/name` is how they are known, owner and name are how they are asked for. */
export interface Source {
  readonly repository: string;
  readonly owner: string;
  readonly name: string;
}

/** Issues and pull requests, the longest unchanged first. */
export interface ChangedItems {
  readonly items: readonly GitHubItem[];
  /** All that changed before this is among what was read. */
  readonly readTo: string;
}

/**
 * What changed since `readTo`, page by page; without it, what is open. Nothing where nothing changed. The next page is what changed since the last of this one, and not
 * GitHub's page two: what changes while it is read moves to the end, and would push another one out of sight.
 */
export async function* changedItems(
  client: GitHubClient,
  source: Source,
  readTo: string | null,
): AsyncGenerator<ChangedItems> {
  const state = readTo === null ? 'open' : 'all';
  const addressSince = (since: string) =>
    `${below(source)}/issues?state=${state}&sort=updated&direction=asc&per_page=${pageSize}&since=${encodeURIComponent(since)}`;
  let since = readTo ?? always;
  let page = await client.read(addressSince(since), Things);
  while (page) {
    const { at } = page;
    const items = page.items.map(each => parsed(() => itemFromRest(each, source.repository, at)));
    const last = items.at(-1)?.updated_at ?? since;
    yield { items, readTo: last };
    if (page.next === undefined) return;
    // Where a whole page changed in one second, only GitHub's own next page leads on.
    page = await client.readAgain(last === since ? page.next : addressSince(last), Things);
    since = last;
  }
}

/** How one stands now; undefined where it is as it was when it was asked for last. */
export async function itemNow(
  client: GitHubClient,
  source: Source,
  number: number,
): Promise<GitHubItem | undefined> {
  try {
    const answer = await client.read(`${below(source)}/issues/${number}`, Located);
    if (!answer) return undefined;
    // One that moved to another repository is answered from there.
    const { repository_url: there } = answer.items;
    const isHere = there.toLowerCase().endsWith(`/${source.owner}/${source.name}`.toLowerCase());
    return isHere
      ? parsed(() => itemFromRest(answer.items, source.repository, answer.at))
      : goneItem(source, number);
  } catch (error) {
    if (error instanceof ApiFailure && error.kind === 'missing') return goneItem(source, number);
    throw error;
  }
}

const Located = z.looseObject({ repository_url: z.string() });

function goneItem({ repository }: Source, number: number): GitHubItem {
  return {
    repository,
    number,
    kind: 'issue',
    title: '',
    body: '',
    state: 'gone',
    url: '',
    author: null,
    labels: [],
    updated_at: always,
    read_at: null,
  };
}

/** Who set and removed which label of an item; undefined where that is as it was when it was asked for last, or is gone. */
export async function labelFactsIfChanged(
  client: GitHubClient,
  source: Source,
  number: number,
): Promise<readonly LabelFact[] | undefined> {
  const first = await ifThere(client.read(eventsOf(source, number), Things));
  return first && (await factsFrom(client, source, number, first));
}

/** Who set and removed which label of an item. */
export async function labelFacts(
  client: GitHubClient,
  source: Source,
  number: number,
): Promise<readonly LabelFact[]> {
  const first = await ifThere(client.readAgain(eventsOf(source, number), Things));
  return first ? factsFrom(client, source, number, first) : [];
}

/** Undefined where it is gone since it was last heard of, which says nothing of its repository. */
async function ifThere<Answer>(reading: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ApiFailure && error.kind === 'missing') return undefined;
    throw error;
  }
}

async function factsFrom(
  client: GitHubClient,
  { repository }: Source,
  number: number,
  first: Page<readonly unknown[]>,
): Promise<readonly LabelFact[]> {
  const facts: LabelFact[] = [];
  for (let page: Page<readonly unknown[]> | undefined = first; page !== undefined; ) {
    const { items, next }: Page<readonly unknown[]> = page;
    facts.push(...parsed(() => factsFromRest(items, repository, number)));
    page = next === undefined ? undefined : await client.readAgain(next, Things);
  }
  return facts;
}

function eventsOf(source: Source, number: number): string {
  return `${below(source)}/issues/${number}/events?per_page=${pageSize}`;
}

/** The address of a repository below that of the API. */
export function below({ owner, name }: Pick<Source, 'owner' | 'name'>): string {
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

function parsed<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [first] = error.issues;
    throw new ApiFailure(
      'garbage',
      `What came is no issue as GitHub’s API describes it (${first?.path.join('.')}: ${first?.message}).`,
    );
  }
}
