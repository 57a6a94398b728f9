import { z } from 'zod';
import { jsonb, sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { takeTurn } from '../projects/turn.ts';
import type { Profile } from './profile.ts';
import { NetworkPolicy, OperationNames, ProfileName, ShownProfile, shownProfile } from './shown.ts';
import { profileChanged, profileColumns, readProfiles } from './store.ts';

const Fields = z.object({
  description: z.string().trim().max(500).optional(),
  agent_type: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .nullable()
    .optional()
    .describe('Whose sessions it is meant for; null: nobody’s in particular.'),
  is_default: z
    .boolean()
    .optional()
    .describe(
      'What a session of that type gets by itself; without a type, what everybody else gets. True takes it from the profile that was the default.',
    ),
  trust_level: z.number().int().min(0).max(4).optional(),
  allowed_operations: OperationNames.optional().describe('Empty: every operation of its class.'),
  blocked_operations: OperationNames.optional(),
  elevated_operations: OperationNames.optional(),
  max_file_modifications: z.number().int().min(0).max(1_000_000).nullable().optional(),
  max_execution_time_seconds: z.number().int().min(1).max(3_600).nullable().optional(),
  max_api_calls_per_hour: z.number().int().min(1).max(10_000_000).nullable().optional(),
  network_policy: NetworkPolicy.optional(),
  enabled: z.boolean().optional(),
});

type Fields = z.infer<typeof Fields>;

const Input = z.object({
  name: ProfileName,
  reason: z.string().trim().min(1).max(500).describe('Goes on the record.'),
  version: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('The version that the change was made from; 0 for a new profile. Another one is refused.'),
  ...Fields.shape,
});

type Content = Omit<Profile, 'name' | 'version' | 'changed_at' | 'changed_by' | 'change_reason'>;

/** What a new profile has where nothing is said. */
const blank: Content = {
  description: '',
  agent_type: null,
  is_default: false,
  trust_level: 2,
  allowed_operations: [],
  blocked_operations: [],
  elevated_operations: [],
  max_file_modifications: 100,
  max_execution_time_seconds: 300,
  max_api_calls_per_hour: 1_000,
  network_policy: {},
  enabled: true,
};

/** Makes a profile, or changes what is said of it. It is in force with the next call of everybody who has it. */
export const saveProfile = operation({
  name: 'save_profile',
  title: 'Save a profile',
  description:
    'Makes a profile or changes one: what its agents may do, and how much of it. What is left out stays as it is. For people; the change and its reason go on the record.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  idempotent: true,
  input: Input,
  output: z.object({ profile: ShownProfile, action: z.enum(['created', 'changed']) }),
  resource: ({ name }) => ({ type: 'Policy', id: `profile ${name}` }),
  async run(context, { name, reason, version, ...fields }) {
    const { tx, project, emit, note } = context;
    await takeTurn(tx, project.id);
    const profiles = await readProfiles(tx, project.id);
    const before = profiles.find(profile => profile.name === name);
    refuseOutdated(name, version, before);
    refuseUnknown(context, fields);
    const wanted: Content = { ...(before ?? blank), ...given(fields) };
    refuseLosingDefault(name, before, wanted);
    if (wanted.is_default) await passOnDefault(context, name, wanted.agent_type, reason);
    const saved = await write(context, name, wanted, reason);
    emit({ topic: profileChanged, subject: name });
    note({
      profile: name,
      version: saved.version,
      reason,
      before: before ? contentOf(before) : null,
      after: contentOf(saved),
    });
    return { profile: shownProfile(saved), action: before ? ('changed' as const) : ('created' as const) };
  },
});

/** What the call says; the rest stays. */
function given(fields: Fields): Partial<Content> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Content>;
}

function contentOf({ name: _, version: __, changed_at, changed_by, change_reason, ...content }: Profile) {
  return content;
}

async function write(
  { tx, project, caller }: OperationContext,
  name: string,
  wanted: Content,
  reason: string,
) {
  const [saved] = await tx.query(sql<Profile>`
    insert into profiles (
      project_id, name, description, agent_type, is_default, trust_level, allowed_operations, blocked_operations,
      elevated_operations, max_file_modifications, max_execution_time_seconds, max_api_calls_per_hour, network_policy,
      enabled, changed_at, changed_by, change_reason
    ) values (
      ${project.id}, ${name}, ${wanted.description}, ${wanted.agent_type}, ${wanted.is_default}, ${wanted.trust_level},
      ${[...wanted.allowed_operations]}::text[], ${[...wanted.blocked_operations]}::text[],
      ${[...wanted.elevated_operations]}::text[], ${wanted.max_file_modifications},
      ${wanted.max_execution_time_seconds}, ${wanted.max_api_calls_per_hour}, ${jsonb(wanted.network_policy)},
      ${wanted.enabled}, now(), ${nameOf(caller)}, ${reason}
    )
    on conflict (project_id, name) do update set
      description = excluded.description, agent_type = excluded.agent_type, is_default = excluded.is_default,
      trust_level = excluded.trust_level, allowed_operations = excluded.allowed_operations,
      blocked_operations = excluded.blocked_operations, elevated_operations = excluded.elevated_operations,
      max_file_modifications = excluded.max_file_modifications,
      max_execution_time_seconds = excluded.max_execution_time_seconds,
      max_api_calls_per_hour = excluded.max_api_calls_per_hour, network_policy = excluded.network_policy,
      enabled = excluded.enabled, version = profiles.version + 1,
      changed_at = excluded.changed_at, changed_by = excluded.changed_by, change_reason = excluded.change_reason
    returning ${profileColumns}`);
  if (!saved) throw new Error('the profile was written and is not there');
  return saved;
}

/** Only one profile is the default of a type: whichever was is not any more. */
async function passOnDefault(
  { tx, project, caller, emit }: OperationContext,
  name: string,
  agentType: string | null,
  reason: string,
): Promise<void> {
  const changed = await tx.query(sql<{ name: string }>`
    update profiles set is_default = false, version = version + 1, changed_at = now(), changed_by = ${nameOf(caller)},
      change_reason = ${reason}
    where project_id = ${project.id} and is_default and name <> ${name}
      and agent_type is not distinct from ${agentType}
    returning name`);
  for (const one of changed) emit({ topic: profileChanged, subject: one.name });
}

function refuseOutdated(name: string, version: number | undefined, before: Profile | undefined): void {
  const found = before?.version ?? 0;
  if (version === undefined || version === found) return;
  throw new InterlockError(
    'version_conflict',
    `The profile ${name} is at version ${found}, and the change was made from version ${version}.`,
    {
      next: 'Read it again with list_profiles and make the change to what is there now.',
      params: { version: found },
    },
  );
}

/** A name that nobody knows, blocked by mistake of spelling, would block nothing. */
function refuseUnknown({ operations }: OperationContext, fields: Fields): void {
  for (const field of ['allowed_operations', 'blocked_operations', 'elevated_operations'] as const) {
    const unknown = fields[field]?.find(name => !operations.has(name));
    if (unknown === undefined) continue;
    throw new InterlockError(
      'unknown_operation',
      `${field}: there is no operation ${JSON.stringify(unknown)}.`,
      {
        next: 'The reference of the operations lists their names.',
        params: { field, value: unknown },
      },
    );
  }
}

function refuseLosingDefault(name: string, before: Profile | undefined, wanted: Content): void {
  const isProjectDefault = (profile: Content | undefined) =>
    profile?.is_default === true && profile.agent_type === null;
  if (isProjectDefault(before) && !isProjectDefault(wanted)) {
    throw new InterlockError(
      'invalid_input',
      `${name} is what everybody gets who gets no other profile: the project cannot be without one.`,
      {
        next: 'Save another profile without an agent type as the default: it takes the place of this one.',
        params: { field: 'is_default' },
      },
    );
  }
  if (isProjectDefault(wanted) && !wanted.enabled) {
    throw new InterlockError(
      'invalid_input',
      `enabled: ${name} is the default of the project and stays enabled.`,
      {
        next: 'Make another profile the default first.',
        params: { field: 'enabled' },
      },
    );
  }
}
