import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { takeTurn } from '../projects/turn.ts';
import { endSessionsOfHarness } from '../sessions/end.ts';
import { refusePersonation } from '../sessions/person.ts';
import { agentTypeOf } from '../sessions/register.ts';
import { harnessOf } from './api-keys.ts';
import { hashOfSecret, keyOf, newSecret } from './secret.ts';

const Name = z.string().trim().min(1).max(200);

const ApiKey = z.object({
  key_id: z.uuid(),
  name: z.string(),
  agent_id: z.string(),
  agent_type: z.string(),
  delegated_from: z.string().nullable(),
  created_at: z.string(),
  created_by: z.string(),
  rotated_at: z.string().nullable(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
  use_count: z.number().int(),
  revoked: z.object({ at: z.string(), by: z.string(), reason: z.string() }).nullable(),
});

const Secret = z.string().describe('The key itself. It is shown this once; only its hash is kept.');

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly agent_id: string;
  readonly agent_type: string;
  readonly delegated_from: string | null;
  readonly created_at: Date;
  readonly created_by: string;
  readonly rotated_at: Date | null;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly use_count: number;
  readonly revoked_at: Date | null;
  readonly revoked_by: string | null;
  readonly revoked_reason: string | null;
}

const columns = sql`
  id, name, agent_id, agent_type, delegated_from, created_at, created_by, rotated_at, expires_at, last_used_at,
  use_count, revoked_at, revoked_by, revoked_reason`;

/** Makes a key that proves one agent identity in this project, and nothing else. */
export const createApiKey = operation({
  name: 'create_api_key',
  title: 'Create an API key',
  description: 'Makes a key by which an agent in the cloud or in CI proves who it is. The key is shown once.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  input: z.object({
    name: Name.describe('What it is for, for the people who see the list.'),
    agent_id: Name,
    agent_type: Name,
    delegated_from: Name.optional().describe('The person that its holder acts for.'),
    expires_in_days: z.number().int().min(1).max(3650).optional().describe('Default: it does not expire.'),
  }),
  output: z.object({ api_key: ApiKey, key: Secret }),
  resource: ({ agent_id }) => ({ type: 'Session', id: agent_id }),
  async run({ tx, project, caller, emit, note }, input) {
    const agentType = agentTypeOf(input.agent_type);
    refusePersonation(agentType, undefined, input.agent_id);
    const secret = newSecret();
    const [row] = await tx.query(sql<KeyRow>`
      insert into api_keys (id, project_id, name, agent_id, agent_type, delegated_from, secret_hash, created_by, expires_at)
      values (
        ${uuid()}, ${project.id}, ${input.name}, ${input.agent_id}, ${agentType}, ${input.delegated_from ?? null},
        ${hashOfSecret(secret)}, ${nameOf(caller)}, now() + make_interval(days => ${input.expires_in_days ?? null}::int)
      ) returning ${columns}`);
    if (!row) throw new Error('the insert of a key answered nothing');
    emit({ topic: 'key.created', subject: row.id });
    note({ key_id: row.id, for_agent: row.agent_id, for_delegated_from: row.delegated_from });
    return { api_key: shown(row), key: keyOf(row.id, secret) };
  },
});

/** The keys of this project, newest first. What they are is not shown to anybody again. */
export const listApiKeys = operation({
  name: 'list_api_keys',
  title: 'List the API keys',
  description:
    'Shows the API keys of this project: whose they are, when they were last used and when they end.',
  access: 'read',
  callers: ['operator', 'system'],
  tool: false,
  input: z.object({ include_revoked: z.boolean().default(false) }),
  output: z.object({ api_keys: z.array(ApiKey) }),
  resource: () => ({ type: 'Project', id: 'api keys' }),
  async run({ tx, project }, { include_revoked }) {
    const rows = await tx.query(sql<KeyRow>`
      select ${columns} from api_keys
      where project_id = ${project.id} and (${include_revoked}::boolean or revoked_at is null)
      order by created_at desc, id`);
    return { api_keys: rows.map(shown) };
  },
});

/** Gives a key a new secret. Its holder stays who it is, and its sessions go on. */
export const rotateApiKey = operation({
  name: 'rotate_api_key',
  title: 'Rotate an API key',
  description:
    'Replaces the secret of a key. The old one is taken for as many minutes as you say, or no longer.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  input: z.object({
    key_id: z.uuid(),
    overlap_minutes: z
      .number()
      .int()
      .min(0)
      .max(1440)
      .default(0)
      .describe('How long the old secret is still taken.'),
  }),
  output: z.object({ api_key: ApiKey, key: Secret }),
  resource: ({ key_id }) => ({ type: 'Session', id: key_id }),
  async run({ tx, project, emit, note }, { key_id, overlap_minutes }) {
    const secret = newSecret();
    const [row] = await tx.query(sql<KeyRow>`
      update api_keys set
        former_hash = case when ${overlap_minutes}::int > 0 then secret_hash end,
        former_until = case when ${overlap_minutes}::int > 0 then now() + make_interval(mins => ${overlap_minutes}::int) end,
        secret_hash = ${hashOfSecret(secret)}, rotated_at = now()
      where id = ${key_id} and project_id = ${project.id} and revoked_at is null
      returning ${columns}`);
    if (!row) throw notThere(key_id);
    emit({ topic: 'key.rotated', subject: key_id });
    note({ key_id, overlap_minutes });
    return { api_key: shown(row), key: keyOf(key_id, secret) };
  },
});

/** Ends a key for good, and the sessions that it opened, with everything they hold. */
export const revokeApiKey = operation({
  name: 'revoke_api_key',
  title: 'Revoke an API key',
  description: 'Ends a key at once and for good. The sessions of its holder end with it.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  destructive: true,
  input: z.object({ key_id: z.uuid(), reason: z.string().trim().min(1).max(500) }),
  output: z.object({ api_key: ApiKey, sessions_ended: z.number().int() }),
  resource: ({ key_id }) => ({ type: 'Session', id: key_id }),
  async run(context, { key_id, reason }) {
    const { tx, project, caller, emit, note } = context;
    await takeTurn(tx, project.id);
    const [row] = await tx.query(sql<KeyRow>`
      update api_keys set revoked_at = now(), revoked_by = ${nameOf(caller)}, revoked_reason = ${reason}
      where id = ${key_id} and project_id = ${project.id} and revoked_at is null
      returning ${columns}`);
    if (!row) throw notThere(key_id);
    const ended = await endSessionsOfHarness(
      context,
      harnessOf(key_id),
      `its API key was revoked: ${reason}`,
    );
    emit({ topic: 'key.revoked', subject: key_id });
    note({ key_id, for_agent: row.agent_id, reason });
    return { api_key: shown(row), sessions_ended: ended.length };
  },
});

function notThere(key_id: string): InterlockError {
  return new InterlockError(
    'api_key_not_found',
    `No API key in force has the id ${key_id} in this project.`,
    {
      next: 'list_api_keys shows them. Nothing was changed.',
      params: { key_id },
    },
  );
}

function shown(row: KeyRow): z.input<typeof ApiKey> {
  return {
    key_id: row.id,
    name: row.name,
    agent_id: row.agent_id,
    agent_type: row.agent_type,
    delegated_from: row.delegated_from,
    created_at: row.created_at.toISOString(),
    created_by: row.created_by,
    rotated_at: row.rotated_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    use_count: row.use_count,
    revoked:
      row.revoked_at && row.revoked_by !== null
        ? { at: row.revoked_at.toISOString(), by: row.revoked_by, reason: row.revoked_reason ?? '' }
        : null,
  };
}
