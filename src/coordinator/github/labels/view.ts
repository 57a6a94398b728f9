import type { Queryable } from '../../database/port.ts';
import { sql } from '../../database/sql.ts';
import { type LabelConvention, labelBegins } from './convention.ts';
import type { GitHubItem } from './item.ts';
import { type Fact, isOfSetting, type Setting, settingOf } from './setting.ts';

/** What became of a label. See `github_outcomes`. */
export interface Outcome {
  readonly label: string;
  readonly decided_for: Date;
  readonly outcome: 'done' | 'waits' | 'refused' | 'ended';
  readonly code: string | null;
  readonly reason: string | null;
  readonly login: string;
  readonly path: string | null;
  readonly submission_key: string | null;
  readonly told: boolean;
  readonly changed_at: Date;
}

/** An item with all that its labels mean, and what became of them. */
export interface ItemView {
  readonly id: string;
  readonly repository: string;
  readonly number: number;
  readonly kind: GitHubItem['kind'];
  readonly title: string;
  readonly body: string;
  readonly state: GitHubItem['state'];
  readonly url: string;
  readonly author: string | null;
  readonly heard_at: Date;
  /** Labels that it bears and that its repository has still. */
  readonly labels: readonly string[];
  /** How those came to be there, as far as that is known. */
  readonly settings: ReadonlyMap<string, Setting>;
  /** The last one first. */
  readonly outcomes: readonly Outcome[];
}

type ItemRow = Omit<ItemView, 'settings' | 'outcomes'>;

/** All items that labels ask something for, or asked. */
export async function readItems(
  tx: Queryable,
  projectId: string,
  { lock, agent }: LabelConvention,
): Promise<readonly ItemView[]> {
  const items = await tx.query(sql<ItemRow>`
    select item.id, repository, number, kind, title, body, state, url, author, heard_at, array(
      select label ->> 'name' from jsonb_array_elements(item.labels) as label
      where not exists (
        select from github_deleted_labels as gone
        where gone.project_id = ${projectId} and gone.repository = item.repository
          and gone.label_id = (label ->> 'id')::bigint)
      order by 1
    ) as labels
    from github_items as item
    where project_id = ${projectId} and (
      exists (select from github_outcomes where item_id = item.id)
      or (state = 'open' and exists (
        select from jsonb_array_elements(item.labels) as label where ${labelBegins([lock, agent])})))
    order by repository, number`);
  if (items.length === 0) return [];
  const facts = await tx.query(sql<Fact & { item_id: string; label: string }>`
    select item_id, label, at, was_set, login from github_label_facts where project_id = ${projectId}`);
  const outcomes = await tx.query(sql<Outcome & { item_id: string }>`
    select item_id, label, decided_for, outcome, code, reason, login, path, submission_key, told, changed_at
    from github_outcomes where project_id = ${projectId} order by decided_for desc, label`);
  const factsOf = grouped(facts, ({ item_id }) => item_id);
  const outcomesOf = grouped(outcomes, ({ item_id }) => item_id);
  return items.map(item => {
    const byLabel = grouped(factsOf.get(item.id) ?? [], ({ label }) => label);
    const settings = new Map<string, Setting>();
    for (const label of item.labels) {
      const setting = settingOf(byLabel.get(label) ?? []);
      if (setting) settings.set(label, setting);
    }
    return { ...item, settings, outcomes: outcomesOf.get(item.id) ?? [] };
  });
}

function grouped<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

/** Whether a task was asked for, whatever labels are called now; otherwise a lock was. */
export function isOfTask({ submission_key }: Pick<Outcome, 'submission_key'>): boolean {
  return submission_key !== null;
}

/** What became of a label as it is set now, and as what it asks for now. */
export function outcomeOf(
  { outcomes }: ItemView,
  asks: 'lock' | 'agent',
  label: string,
  setting: Setting,
): Outcome | undefined {
  return outcomes.find(
    each =>
      each.label === label && isOfTask(each) === (asks === 'agent') && isOfSetting(each.decided_for, setting),
  );
}

/** The name of the session in which somebody's labels on an item act. */
export function sessionNameOf(
  { number, repository }: Pick<ItemView, 'number' | 'repository'>,
  login: string,
): string {
  return `issue-${number} ${repository} ${login.toLowerCase()}`;
}

/** As people call it. */
export function shortNameOf({ number }: Pick<ItemView, 'number'>): string {
  return `issue-${number}`;
}
