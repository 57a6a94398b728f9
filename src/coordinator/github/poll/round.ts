import type { GitHubClient } from '../api/client.ts';
import { type LabelConvention, meaningOf } from '../labels/convention.ts';
import type { GitHubItem, LabelFact } from '../labels/item.ts';
import { changedItems, itemNow, labelFacts, labelFactsIfChanged, type Source } from './issues.ts';

/** Where a round begins, and where it writes down what it read. */
export interface Journal {
  plan(repository: string): Promise<{
    readonly read_to: string | null;
    readonly labelled: readonly number[];
    readonly unknown_setters: readonly number[];
  }>;
  record(repository: string, items: readonly GitHubItem[], facts: readonly LabelFact[]): Promise<void>;
}

export interface Round {
  readonly client: GitHubClient;
  readonly source: Source;
  readonly convention: LabelConvention;
  /** Whether items that bear labels are looked at although they did not change: a label that was deleted, an issue that moved. */
  readonly looksAgain: boolean;
  /** Told how far it was read; what is read after that may fail. */
  readonly onRead: (readTo: string) => void;
}

/**
 * Reads what changed in one repository since the last round, and writes down what concerns us: items that bear labels of
 * the conventions, or did. What has come to nothing is read again in the next round.
 * @throws ApiFailure
 */
export async function readRepository(journal: Journal, round: Round): Promise<void> {
  try {
    await read(journal, round);
  } catch (error) {
    round.client.forget();
    throw error;
  }
}

async function read(
  journal: Journal,
  { client, source, convention, looksAgain, onRead }: Round,
): Promise<void> {
  const { repository } = source;
  const plan = await journal.plan(repository);
  const labelled = new Set(plan.labelled);
  const asked = new Set<number>();
  const isOurs = ({ labels }: GitHubItem) =>
    labels.some(({ name }) => meaningOf(convention, name) !== undefined);
  const keep = async (items: readonly GitHubItem[]) => {
    const facts: LabelFact[] = [];
    for (const { number } of items.filter(isOurs)) {
      asked.add(number);
      facts.push(...(await labelFacts(client, source, number)));
    }
    if (items.length > 0) await journal.record(repository, items, facts);
  };
  for await (const { items, readTo } of changedItems(client, source, plan.read_to)) {
    await keep(items.filter(item => labelled.has(item.number) || isOurs(item)));
    onRead(readTo);
  }
  if (looksAgain) {
    for (const number of plan.labelled) {
      const item = await itemNow(client, source, number);
      if (item) await keep([item]);
    }
  }
  for (const number of plan.unknown_setters.filter(each => !asked.has(each))) {
    const facts = await labelFactsIfChanged(client, source, number);
    if (facts && facts.length > 0) await journal.record(repository, [], facts);
  }
}
