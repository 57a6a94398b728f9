import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Queryable } from '../../database/port.ts';
import { jsonb, sql } from '../../database/sql.ts';
import { assignedLabel, isLabelOf, type LabelConvention, labelBegins, meaningOf } from './convention.ts';
import type { GitHubItem, LabelFact } from './item.ts';

/** Characters that are kept of a body: as many as the description of a task takes. */
const longestBody = 20_000;

/**
 * Keeps what is newer than what is known of each item, and answers which were. `updated_at` decides; within one of its
 * seconds what was read from the API counts more than what a webhook told, a later reading more than an earlier one, and
 * at last a digest, so that the same words end in the same state in whatever order they come. Gone is gone.
 */
export async function keepItems(
  tx: Queryable,
  projectId: string,
  convention: LabelConvention,
  items: readonly GitHubItem[],
): Promise<readonly string[]> {
  const rows = items.map(item => ({
    ...item,
    id: uuid(),
    digest: digestOf(item),
    body: isForAgents(convention, item) ? item.body.slice(0, longestBody).toWellFormed() : '',
  }));
  const changed: string[] = [];
  // One by one: a list may name an item twice, which one statement must not change twice.
  for (const row of rows) {
    const kept = await tx.query(sql`
      insert into github_items as known (
        id, project_id, repository, number, kind, title, body, state, url, author, labels, updated_at, read_at, digest,
        heard_at
      ) values (
        ${row.id}, ${projectId}, ${row.repository}, ${row.number}, ${row.kind}, ${row.title}, ${row.body}, ${row.state},
        ${row.url}, ${row.author}, ${jsonb(row.labels)}, ${row.updated_at}, ${row.read_at}, ${row.digest}, clock_timestamp()
      )
      on conflict (project_id, repository, number) do update set
        kind = excluded.kind, title = excluded.title, body = excluded.body, state = excluded.state, url = excluded.url,
        author = excluded.author, labels = excluded.labels, updated_at = excluded.updated_at, read_at = excluded.read_at,
        digest = excluded.digest, heard_at = excluded.heard_at
      where (excluded.state = 'gone', excluded.updated_at, coalesce(excluded.read_at, 'epoch'), excluded.digest)
        > (known.state = 'gone', known.updated_at, coalesce(known.read_at, 'epoch'), known.digest)
      returning id`);
    if (kept.length > 0) changed.push(`${row.repository}#${row.number}`);
  }
  return changed;
}

function digestOf({ state, title, body, labels }: GitHubItem): string {
  const names = labels
    .map(({ id, name }) => [id, name])
    .sort(([one], [other]) => Number(one) - Number(other));
  return createHash('sha256')
    .update(JSON.stringify([state, title, body, names]))
    .digest('hex');
}

function isForAgents(convention: LabelConvention, { labels }: GitHubItem): boolean {
  return labels.some(({ name }) => meaningOf(convention, name)?.asks === 'agent');
}

/** Adds what is not known yet of who set and removed labels of the convention; the item must be known. Answers how much it was. */
export async function keepFacts(
  tx: Queryable,
  projectId: string,
  convention: LabelConvention,
  facts: readonly LabelFact[],
): Promise<number> {
  const ours = facts.filter(({ label }) => meaningOf(convention, label) !== undefined);
  if (ours.length === 0) return 0;
  const added = await tx.query(sql`
    insert into github_label_facts (project_id, item_id, label, at, was_set, login)
    select ${projectId}::uuid, known.id, fact.label, fact.at, fact.was_set, fact.login
    from jsonb_to_recordset(${jsonb(ours)}) as fact (
      repository text, number int, label text, at timestamptz, was_set boolean, login text
    )
    join github_items as known
      on known.project_id = ${projectId} and known.repository = fact.repository and known.number = fact.number
    on conflict do nothing
    returning label`);
  return added.length;
}

/** Remembers that the repository has these labels no more. Answers how many were news. */
export async function keepDeletedLabels(
  tx: Queryable,
  projectId: string,
  repository: string,
  ids: readonly number[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const added = await tx.query(sql`
    insert into github_deleted_labels (project_id, repository, label_id)
    select ${projectId}::uuid, ${repository}, unnest(${[...ids]}::bigint[])
    on conflict do nothing returning label_id`);
  return added.length;
}

/** A delivery is remembered for this many days; GitHub repeats those of the last three. */
const deliveryKeptDays = 7;

/** Remembers a delivery, and answers false where it came before. */
export async function keepDelivery(
  tx: Queryable,
  projectId: string,
  deliveryId: string,
  event: string,
): Promise<boolean> {
  await tx.query(sql`
    delete from github_deliveries
    where project_id = ${projectId} and received_at < now() - make_interval(days => ${deliveryKeptDays})`);
  const added = await tx.query(sql`
    insert into github_deliveries (project_id, delivery_id, event) values (${projectId}, ${deliveryId}, ${event})
    on conflict do nothing returning delivery_id`);
  return added.length > 0;
}

/** An item that nothing follows from is kept this many days, since an older word of it may still come. */
const itemKeptDays = 30;

/** Forgets items that bear no label of a convention, and of which nothing was heard for long. */
export async function dropOldItems(
  tx: Queryable,
  projectId: string,
  convention: LabelConvention,
): Promise<void> {
  await tx.query(sql`
    delete from github_items as item
    where project_id = ${projectId} and heard_at < clock_timestamp() - make_interval(days => ${itemKeptDays})
      and (state <> 'open' or not exists (
        select from jsonb_array_elements(labels) as label where ${isLabelOf(convention)}))`);
}

/** An item, of which it is not known who set one of its labels. */
export interface UnknownSetter {
  readonly repository: string;
  readonly number: number;
  readonly labels: readonly string[];
}

/**
 * Open items with a label of which nobody knows who set it: `GET …/issues/{number}/events` says it, and
 * `record_github_items` takes it as facts. Until then nothing follows from the label.
 */
export async function itemsWithUnknownSetters(
  db: Queryable,
  projectId: string,
  convention: LabelConvention,
  limit: number,
): Promise<readonly UnknownSetter[]> {
  return db.query(sql<UnknownSetter>`
    select repository, number, array_agg(name order by name) as labels
    from (
      select item.id, item.repository, item.number, label ->> 'name' as name, (label ->> 'id')::bigint as label_id
      from github_items as item, jsonb_array_elements(item.labels) as label
      where item.project_id = ${projectId} and item.state = 'open'
        and (${labelBegins([convention.lock, convention.agent])} or label ->> 'name' = ${assignedLabel(convention)})
    ) as borne
    where not exists (
        select from github_deleted_labels as gone
        where gone.project_id = ${projectId} and gone.repository = borne.repository and gone.label_id = borne.label_id)
      and coalesce((
        select not fact.was_set from github_label_facts as fact
        where fact.item_id = borne.id and fact.label = borne.name
        order by at desc, was_set desc limit 1), true)
    group by repository, number
    order by repository, number
    limit ${limit}`);
}
