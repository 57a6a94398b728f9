import { hostname } from 'node:os';
import type { Queryable } from '../../database/port.ts';
import { jsonb, sql } from '../../database/sql.ts';
import { isLabelOf, type LabelConvention, writtenOut } from '../labels/convention.ts';
import type { RepositoryStanding } from './standing.ts';

/** A standing as it is written down. */
export interface KeptStanding extends RepositoryStanding {
  readonly resumes_in_seconds: number | null;
  /** How labels were written when it was read. */
  readonly convention: string;
  /** In seconds since 1970. Null: as far as before. */
  readonly read_to: number | null;
}

/** Makes these the repositories that this machine knows of in the project. */
export async function keepStandings(
  tx: Queryable,
  projectId: string,
  standings: readonly KeptStanding[],
): Promise<void> {
  const names = standings.map(({ repository }) => repository);
  await tx.query(sql`
    delete from github_polls
    where project_id = ${projectId} and machine = ${hostname()} and repository <> all(${names}::text[])`);
  if (standings.length === 0) return;
  await tx.query(sql`
    insert into github_polls as known (
      project_id, machine, repository, remotes, page, state, message, next, resumes_at, read_to, convention
    )
    select ${projectId}::uuid, ${hostname()}, repository, remotes, page, state, message, next,
      clock_timestamp() + make_interval(secs => resumes_in_seconds), to_timestamp(read_to), convention
    from jsonb_to_recordset(${jsonb(standings)}) as seen (
      repository text, remotes text[], page text, state text, message text, next text, resumes_in_seconds float8,
      read_to float8, convention text
    )
    on conflict (project_id, machine, repository) do update set
      remotes = excluded.remotes, page = excluded.page, state = excluded.state, message = excluded.message,
      next = excluded.next, resumes_at = excluded.resumes_at, convention = excluded.convention,
      read_to = coalesce(
        excluded.read_to, case when known.convention = excluded.convention then known.read_to end)`);
}

/** How far a repository was read on this machine, as labels are written now; null where it never was. */
export async function readToOf(
  db: Queryable,
  projectId: string,
  convention: LabelConvention,
  repository: string,
): Promise<Date | null> {
  const [row] = await db.query(sql<{ read_to: Date | null }>`
    select read_to from github_polls
    where project_id = ${projectId} and machine = ${hostname()} and repository = ${repository}
      and convention = ${writtenOut(convention)}`);
  return row?.read_to ?? null;
}

/** The repositories that this machine knows of in the project. */
export function standingsOf(
  db: Queryable,
  projectId: string,
): Promise<(RepositoryStanding & { readonly resumes_at: Date | null })[]> {
  return db.query(sql<RepositoryStanding & { readonly resumes_at: Date | null }>`
    select repository, remotes, page, state, message, next, resumes_at from github_polls
    where project_id = ${projectId} and machine = ${hostname()}
    order by repository`);
}

/** Items that an answer lists at most. */
const mostItems = 500;

/** The items of the project that are open, as far as is known, and bear a label of a convention. */
export function labelledItems(
  db: Queryable,
  projectId: string,
  convention: LabelConvention,
): Promise<readonly { repository: string; number: number; url: string; labels: string[] }[]> {
  return db.query(sql<{ repository: string; number: number; url: string; labels: string[] }>`
    select repository, number, url, array_agg(label ->> 'name' order by label ->> 'name') as labels
    from github_items, jsonb_array_elements(labels) as label
    where project_id = ${projectId} and state = 'open' and ${isLabelOf(convention)}
    group by repository, number, url order by repository, number limit ${mostItems}`);
}

/** Numbers of the items of a repository that are open, as far as is known, and bear a label of a convention. */
export async function openLabelled(
  db: Queryable,
  projectId: string,
  convention: LabelConvention,
  repository: string,
): Promise<readonly number[]> {
  const rows = await db.query(sql<{ number: number }>`
    select number from github_items
    where project_id = ${projectId} and repository = ${repository} and state = 'open'
      and exists (select from jsonb_array_elements(labels) as label where ${isLabelOf(convention)})
    order by number`);
  return rows.map(({ number }) => number);
}
