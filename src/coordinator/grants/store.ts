import { v7 as uuid } from 'uuid';
import { recordOfSystem } from '../audit/record.ts';
import { appendAudit, notifyEvents } from '../audit/recorder.ts';
import type { Queryable } from '../database/port.ts';
import { type Query, sql } from '../database/sql.ts';
import type { OperatorCaller } from '../kernel/caller.ts';
import type { OperationContext } from '../kernel/operation.ts';

/** A grant never lasts longer than this, in minutes, even where the session does: a working day and a bit. */
export const longestGrantMinutes = 720;

/** A row of `session_grants`. */
export interface GrantRow {
  readonly id: string;
  readonly session_id: string;
  readonly agent_id: string;
  readonly operation: string;
  /** `rules`: calls pass where only these rules ask. `operation`: policies let the session call it. */
  readonly covers: 'rules' | 'operation';
  readonly rules: readonly string[];
  readonly categories: readonly string[];
  readonly scope: 'session' | 'minutes';
  readonly justification: string;
  readonly reason: string | null;
  readonly granted_by: string | null;
  readonly granted_by_name: string;
  readonly self_service: boolean;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly last_used_at: Date | null;
  readonly use_count: number;
  readonly revoked_at: Date | null;
  readonly revoked_by: string | null;
  readonly revoked_reason: string | null;
  readonly in_force: boolean;
}

export const isInForce = sql`revoked_at is null and expires_at > now()`;

export const columns = sql`
  id, session_id, agent_id, operation, covers, rules, categories, scope, justification, reason, granted_by, granted_by_name,
  granted_by is null as self_service, created_at, expires_at, last_used_at, use_count, revoked_at, revoked_by, revoked_reason, ${isInForce} as in_force`;

/** What a grant must cover for a call to pass. */
export interface Covering {
  readonly projectId: string;
  readonly sessionId: string;
  readonly operation: string;
  readonly rules: readonly string[];
}

/** The grant in force that covers every one of the rules for this session and operation; the one that lasts longest. */
export async function findGrant(db: Queryable, needed: Covering): Promise<GrantRow | undefined> {
  const [row] = await db.query(sql<GrantRow>`
    select ${columns} from session_grants
    where project_id = ${needed.projectId} and session_id = ${needed.sessionId}
      and operation = ${needed.operation} and rules @> ${[...needed.rules]}::text[] and ${isInForce}
    order by expires_at desc, id limit 1`);
  return row;
}

/** Notes a use in the transaction of what was done under the grant. False where the grant has ended meanwhile. */
export async function touch(tx: Queryable, id: string): Promise<boolean> {
  const rows = await tx.query(sql`
    update session_grants set last_used_at = now(), use_count = use_count + 1
    where id = ${id} and ${isInForce} returning id`);
  return rows.length === 1;
}

export interface NewGrant extends Covering {
  readonly agentId: string;
  readonly covers: GrantRow['covers'];
  readonly categories: readonly string[];
  readonly scope: 'session' | 'minutes';
  /** How long it lasts at most; a grant for the session ends with the session if that is sooner. */
  readonly minutes: number;
  readonly justification: string;
  readonly reason: string | undefined;
  /** Undefined where the project lets sessions have it by themselves. */
  readonly grantedBy: OperatorCaller | undefined;
}

export async function insertGrant(tx: Queryable, grant: NewGrant): Promise<GrantRow> {
  const [row] = await tx.query(sql<GrantRow>`
    insert into session_grants (
      id, project_id, session_id, agent_id, operation, covers, rules, categories, scope, justification, reason,
      granted_by, granted_by_name, expires_at
    ) values (
      ${uuid()}, ${grant.projectId}, ${grant.sessionId}, ${grant.agentId}, ${grant.operation}, ${grant.covers},
      ${[...grant.rules]}, ${[...grant.categories]}, ${grant.scope}, ${grant.justification}, ${grant.reason ?? null},
      ${grant.grantedBy?.operatorId ?? null}, ${grant.grantedBy?.name ?? 'self-service'},
      now() + make_interval(mins => ${Math.min(grant.minutes, longestGrantMinutes)})
    ) returning ${columns}`);
  if (!row) throw new Error('the insert of a grant answered nothing');
  return row;
}

/** Ends the grants that the condition chooses, at once; those that have ended stay as they are. */
export function revoke(
  tx: Queryable,
  by: string,
  reason: string | undefined,
  where: Query,
): Promise<GrantRow[]> {
  return tx.query(sql<GrantRow>`
    update session_grants set revoked_at = now(), revoked_by = ${by}, revoked_reason = ${reason ?? null}
    where ${where} and ${isInForce} returning ${columns}`);
}

export function revokedEvent(grant: GrantRow) {
  return { topic: 'grant.revoked', subject: grant.id, facts: { agent: grant.agent_id } };
}

/** Ends every grant of a session that ends, and records each. Answers how many there were. */
export async function revokeGrantsOfSession(
  { tx, project }: Pick<OperationContext, 'tx' | 'project'>,
  sessionId: string,
  reason: string,
): Promise<number> {
  const where = sql`project_id = ${project.id} and session_id = ${sessionId}`;
  const revoked = await revoke(tx, 'session end', reason, where);
  for (const grant of revoked) {
    await appendAudit(
      tx,
      project.id,
      recordOfSystem('session end', {
        operation: 'revoke_grant',
        resource: { type: 'Grant', id: grant.id },
        session: grant,
        facts: { grant_id: grant.id, for_operation: grant.operation, reason },
      }),
    );
    await notifyEvents(tx, [{ project: project.id, ...revokedEvent(grant) }]);
  }
  return revoked.length;
}
