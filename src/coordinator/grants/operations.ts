import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { columns, type GrantRow, isInForce, revoke, revokedEvent } from './store.ts';

const Grant = z.object({
  grant_id: z.uuid(),
  session_id: z.uuid(),
  agent_id: z.string(),
  operation: z.string(),
  rules: z.array(z.string()),
  categories: z.array(z.string()),
  scope: z.enum(['session', 'minutes']),
  justification: z.string(),
  reason: z.string().nullable(),
  granted_by: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
  last_used_at: z.string().nullable(),
  use_count: z.number().int(),
  in_force: z.boolean(),
  revoked: z.object({ at: z.string(), by: z.string(), reason: z.string().nullable() }).nullable(),
});

/** The grants of this project, newest first. An agent sees its own. */
export const listGrants = operation({
  name: 'list_grants',
  title: 'List session grants',
  description: 'Lists what people have allowed sessions beyond one call: scope, expiry, last use.',
  access: 'read',
  callers: ['agent', 'operator', 'system'],
  ownAffair: true,
  tool: false,
  input: z.object({
    session_id: z.uuid().optional(),
    in_force: z.boolean().default(true).describe('False lists those that have ended too.'),
    limit: z.number().int().min(1).max(200).default(50),
  }),
  output: z.object({ grants: z.array(Grant) }),
  resource: () => ({ type: 'Project', id: 'grants' }),
  async run({ tx, project, caller }, { session_id, in_force, limit }) {
    const ownSession = caller.kind === 'agent' ? caller.sessionId : null;
    const rows = await tx.query(sql<GrantRow>`
      select ${columns} from session_grants
      where project_id = ${project.id}
        and (${session_id ?? null}::uuid is null or session_id = ${session_id ?? null})
        and (${ownSession}::uuid is null or session_id = ${ownSession})
        and (not ${in_force}::boolean or (${isInForce}))
      order by created_at desc, id desc
      limit ${limit}`);
    return { grants: rows.map(grantOf) };
  },
});

/** Ends a grant at once: the next call that it would have let through asks again. */
export const revokeGrant = operation({
  name: 'revoke_grant',
  title: 'Revoke a session grant',
  description: 'Takes back what was allowed to a session. It holds from this moment on.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  destructive: true,
  input: z.object({ grant_id: z.uuid(), reason: z.string().trim().min(1).max(1000).optional() }),
  output: Grant,
  resource: input => ({ type: 'Grant', id: input.grant_id }),
  async run({ tx, project, caller, emit, note }, { grant_id, reason }) {
    const [row] = await revoke(
      tx,
      nameOf(caller),
      reason,
      sql`project_id = ${project.id} and id = ${grant_id}`,
    );
    if (!row) {
      throw new InterlockError(
        'grant_not_found',
        `No grant in force has the id ${grant_id} in this project.`,
        { next: 'It may have ended: list_grants with in_force false shows when.', params: { grant_id } },
      );
    }
    note({ grant_id, for_operation: row.operation, requester_session: row.session_id });
    emit(revokedEvent(row));
    return grantOf(row);
  },
});

function grantOf(row: GrantRow): z.input<typeof Grant> {
  return {
    grant_id: row.id,
    session_id: row.session_id,
    agent_id: row.agent_id,
    operation: row.operation,
    rules: [...row.rules],
    categories: [...row.categories],
    scope: row.scope,
    justification: row.justification,
    reason: row.reason,
    granted_by: row.granted_by_name,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    use_count: row.use_count,
    in_force: row.in_force,
    revoked:
      row.revoked_at && row.revoked_by !== null
        ? { at: row.revoked_at.toISOString(), by: row.revoked_by, reason: row.revoked_reason }
        : null,
  };
}
