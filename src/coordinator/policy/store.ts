import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { NamedText } from './policy-set.ts';

/** Told when a policy was written, deleted or brought back. */
export const policyChanged = 'policy.changed';

/** What a policy said from one moment on. */
export interface PolicyVersion {
  readonly name: string;
  /** 1 as it was made; a deleted policy that is made again goes on counting. */
  readonly version: number;
  readonly action: 'created' | 'updated' | 'deleted' | 'rolled_back';
  readonly text: string;
  readonly enabled: boolean;
  /** The version that a rollback brought back. */
  readonly restored_version: number | null;
  readonly author: string;
  readonly reason: string;
  readonly made_at: Date;
}

const columns = sql`name, version, action, text, enabled, restored_version, author, reason, made_at`;

/** The newest version of each policy that is not deleted, by name. */
export function readPolicies(db: Queryable, projectId: string): Promise<PolicyVersion[]> {
  return db.query(sql<PolicyVersion>`
    select * from (
      select distinct on (name) ${columns} from policy_versions
      where project_id = ${projectId} order by name, version desc
    ) as newest
    where action <> 'deleted' order by name`);
}

/** What is in force. */
export async function readTexts(db: Queryable, projectId: string): Promise<NamedText[]> {
  const policies = await readPolicies(db, projectId);
  return policies.filter(({ enabled }) => enabled).map(({ name, text }) => ({ name, text }));
}

/** One version of a policy; the newest where none is named. */
export async function findPolicy(
  db: Queryable,
  projectId: string,
  name: string,
  version?: number,
): Promise<PolicyVersion | undefined> {
  const [row] = await db.query(sql<PolicyVersion>`
    select ${columns} from policy_versions
    where project_id = ${projectId} and name = ${name}
      and (${version ?? null}::int is null or version = ${version ?? null})
    order by version desc limit 1`);
  return row;
}

/** All versions of a policy, or of all of them, the newest first. */
export function readVersions(
  db: Queryable,
  projectId: string,
  name: string | undefined,
  limit: number,
): Promise<PolicyVersion[]> {
  return db.query(sql<PolicyVersion>`
    select ${columns} from policy_versions
    where project_id = ${projectId} and (${name ?? null}::text is null or name = ${name ?? null})
    order by made_at desc, name, version desc limit ${limit}`);
}

export async function addVersion(
  db: Queryable,
  projectId: string,
  added: Omit<PolicyVersion, 'made_at'>,
): Promise<PolicyVersion> {
  const [row] = await db.query(sql<PolicyVersion>`
    insert into policy_versions (project_id, name, version, action, text, enabled, restored_version, author, reason)
    values (${projectId}, ${added.name}, ${added.version}, ${added.action}, ${added.text}, ${added.enabled},
      ${added.restored_version}, ${added.author}, ${added.reason})
    returning ${columns}`);
  if (!row) throw new Error('the insert of a policy answered nothing');
  return row;
}
