import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { type Assignment, bookOf, type Profile, type ProfileBook } from './profile.ts';
import { builtinBook, seededProfiles } from './seeded.ts';

/** Told when a profile was changed. */
export const profileChanged = 'profile.changed';
/** Told when somebody was given a profile, or gave it back. */
export const profileAssigned = 'profile.assigned';

export const profileColumns = sql`
  name, description, agent_type, is_default, trust_level, allowed_operations, blocked_operations, elevated_operations,
  max_file_modifications, max_execution_time_seconds, max_api_calls_per_hour, network_policy, enabled, version,
  changed_at, changed_by, change_reason`;

const assignmentColumns = sql`agent_id, session_id, profile, reason, assigned_by, assigned_at`;

/**
 * Adds the profiles that come with the product and that a project lacks, and keeps what people have changed.
 * @param projectId one project; all of them where it is left out
 */
export async function seedProfiles(tx: Queryable, projectId?: string): Promise<void> {
  const seeds = seededProfiles.map(
    ({ changed_at, changed_by, change_reason, version, enabled, ...seed }) => seed,
  );
  await tx.query(sql`
    insert into profiles (
      project_id, name, description, agent_type, is_default, trust_level, allowed_operations, blocked_operations,
      elevated_operations, max_file_modifications, max_execution_time_seconds, max_api_calls_per_hour, network_policy)
    select projects.id, seed.name, seed.description, seed.agent_type,
      seed.is_default and not exists (
        select from profiles as other
        where other.project_id = projects.id and other.is_default and other.name <> seed.name
          and other.agent_type is not distinct from seed.agent_type),
      seed.trust_level, seed.allowed_operations, seed.blocked_operations, seed.elevated_operations,
      seed.max_file_modifications, seed.max_execution_time_seconds, seed.max_api_calls_per_hour, seed.network_policy
    from projects cross join jsonb_to_recordset(${JSON.stringify(seeds)}::jsonb) as seed (
      name text, description text, agent_type text, is_default boolean, trust_level int, allowed_operations text[],
      blocked_operations text[], elevated_operations text[], max_file_modifications int,
      max_execution_time_seconds int, max_api_calls_per_hour int, network_policy jsonb)
    where ${projectId ?? null}::uuid is null or projects.id = ${projectId ?? null}
    on conflict (project_id, name) do update set
      description = excluded.description, trust_level = excluded.trust_level,
      allowed_operations = excluded.allowed_operations, blocked_operations = excluded.blocked_operations,
      elevated_operations = excluded.elevated_operations, max_file_modifications = excluded.max_file_modifications,
      max_execution_time_seconds = excluded.max_execution_time_seconds,
      max_api_calls_per_hour = excluded.max_api_calls_per_hour, network_policy = excluded.network_policy
    where profiles.changed_at is null and to_jsonb(profiles) is distinct from to_jsonb(excluded)`);
}

export function readProfiles(db: Queryable, projectId: string): Promise<Profile[]> {
  return db.query(sql<Profile>`
    select ${profileColumns} from profiles where project_id = ${projectId} order by name`);
}

export function readAssignments(db: Queryable, projectId: string): Promise<Assignment[]> {
  return db.query(sql<Assignment>`
    select ${assignmentColumns} from profile_assignments where project_id = ${projectId} order by assigned_at`);
}

/** A project that nobody has seeded yet, since an older Interlock made it, has the profiles of the code. */
export async function readBook(db: Queryable, projectId: string): Promise<ProfileBook> {
  const profiles = await readProfiles(db, projectId);
  if (profiles.length === 0) return builtinBook;
  return bookOf(profiles, await readAssignments(db, projectId));
}
