import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Queryable } from '../../database/port.ts';
import { jsonb, sql } from '../../database/sql.ts';

/** Something that GitHub is to be told. */
export interface WantedWrite {
  readonly repository: string;
  readonly number: number;
  readonly kind: 'add_label' | 'remove_label' | 'comment';
  /** The label, or the text of the comment. */
  readonly text: string;
  /** What makes the same wish, said again, the same one: it is delivered once. */
  readonly key: string;
}

/** What a comment begins with, so that whoever delivers it finds the one that an attempt whose answer was lost has left. */
export function markerOf(key: string): string {
  return `<!-- interlock:${createHash('sha256').update(key).digest('hex').slice(0, 32)} -->`;
}

/**
 * Makes these what GitHub is to be told. What was wanted before and is no more is forgotten unless it was delivered; what
 * was delivered, or has failed for good, stays so; one that nobody has tried to deliver yet says what is true now. Answers how many are new.
 */
export async function keepWrites(
  tx: Queryable,
  projectId: string,
  wanted: readonly WantedWrite[],
): Promise<number> {
  const rows = wanted.map(({ kind, key, text, ...where }) => ({
    ...where,
    id: uuid(),
    key,
    kind,
    label: kind === 'comment' ? null : text,
    body: kind === 'comment' ? `${markerOf(key)}\n${text}` : null,
  }));
  await tx.query(sql`
    delete from github_writes
    where project_id = ${projectId} and state = 'wanted' and key <> all(${rows.map(({ key }) => key)}::text[])`);
  if (rows.length === 0) return 0;
  const added = await tx.query(sql<{ is_new: boolean }>`
    insert into github_writes (id, project_id, key, repository, number, kind, label, body)
    select id, ${projectId}::uuid, key, repository, number, kind, label, body
    from jsonb_to_recordset(${jsonb(rows)}) as write (
      id uuid, key text, repository text, number int, kind text, label text, body text
    )
    on conflict (project_id, key) do update set body = excluded.body
      where github_writes.state = 'wanted' and github_writes.attempts = 0 and github_writes.body <> excluded.body
    returning xmax = 0 as is_new`);
  return added.filter(({ is_new }) => is_new).length;
}

/** What was settled is forgotten after this many days: the labels and outcomes that it came from are older by then. */
const settledKeptDays = 90;

export async function dropOldWrites(tx: Queryable, projectId: string): Promise<void> {
  await tx.query(sql`
    delete from github_writes
    where project_id = ${projectId} and settled_at < clock_timestamp() - make_interval(days => ${settledKeptDays})`);
}
