import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { Grant, grantOf } from './grant.ts';
import { columns, type GrantRow, isInForce, revoke, revokedEvent } from './store.ts';

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
