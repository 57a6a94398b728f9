import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { v7 as uuid } from 'uuid';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { AgentCaller, Trust } from '../kernel/caller.ts';
import type { Subject } from '../profiles/profile.ts';

/** A row of `sessions`, as far as callers are made from it. */
export interface SessionRow {
  readonly id: string;
  readonly project_id: string;
  readonly agent_id: string;
  readonly agent_type: string;
  readonly delegated_from: string | null;
  readonly worktree: string | null;
  readonly folds_case: boolean;
  readonly started_at: Date;
  readonly ended: boolean;
}

const columns = sql`id, project_id, agent_id, agent_type, delegated_from, worktree, folds_case, started_at, ended_at is not null as ended`;

export interface NewSession {
  readonly projectId: string;
  readonly agentId: string;
  readonly agentType: string;
  readonly harness?: string | undefined;
  readonly externalId?: string | undefined;
  readonly clientName?: string | undefined;
  readonly clientVersion?: string | undefined;
  readonly capabilities?: readonly string[] | undefined;
  readonly currentTask?: string | undefined;
  readonly delegatedFrom?: string | undefined;
  readonly worktree: string | null;
  readonly foldsCase: boolean;
  /** SHA-256 of the session's token; sessions that only a harness speaks for have none. */
  readonly tokenHash?: Uint8Array | undefined;
}

/** A token for a session: 256 random bits, kept by the bridge and never shown to a model. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token. */
export function hashOfToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/**
 * Adds a session. One that its harness already announced under the same id is the same session: it keeps its row, is
 * alive again if it had ended, and takes over what is new.
 */
export async function insertSession(tx: Queryable, session: NewSession): Promise<SessionRow> {
  const [row] = await tx.query(sql<SessionRow>`
    insert into sessions (
      id, project_id, agent_id, agent_type, harness, external_id, token_hash, client_name, client_version,
      capabilities, current_task, delegated_from, worktree, folds_case, machine
    ) values (
      ${uuid()}, ${session.projectId}, ${session.agentId}, ${session.agentType}, ${session.harness ?? null},
      ${session.externalId ?? null}, ${session.tokenHash ?? null}, ${session.clientName ?? null},
      ${session.clientVersion ?? null}, ${[...(session.capabilities ?? [])]}, ${session.currentTask ?? null},
      ${session.delegatedFrom ?? null}, ${session.worktree}, ${session.foldsCase}, ${hostname()}
    )
    on conflict (project_id, harness, external_id) do update set
      last_seen_at = now(), ended_at = null, end_reason = null,
      token_hash = coalesce(excluded.token_hash, sessions.token_hash),
      client_name = coalesce(excluded.client_name, sessions.client_name),
      client_version = coalesce(excluded.client_version, sessions.client_version),
      current_task = coalesce(excluded.current_task, sessions.current_task),
      worktree = excluded.worktree, folds_case = excluded.folds_case
    returning ${columns}`);
  if (!row) throw new Error('the insert of a session answered nothing');
  return row;
}

export async function findByToken(
  database: Queryable,
  tokenHash: Uint8Array,
): Promise<SessionRow | undefined> {
  const [row] = await database.query(
    sql<SessionRow>`select ${columns} from sessions where token_hash = ${tokenHash}`,
  );
  return row;
}

export async function findByHarness(
  database: Queryable,
  projectId: string,
  harness: string,
  externalId: string,
): Promise<SessionRow | undefined> {
  const [row] = await database.query(sql<SessionRow>`
    select ${columns} from sessions
    where project_id = ${projectId} and harness = ${harness} and external_id = ${externalId}`);
  return row;
}

/** A condition that is true while the session has not ended, for statements of other capabilities. */
export function sessionIsAlive(sessionId: string) {
  return sql<boolean>`exists (select from sessions where id = ${sessionId} and ended_at is null)`;
}

/**
 * The session as a table of at most one row, none where it has ended; it cannot end before the transaction that read it.
 */
export function livingSession(sessionId: string) {
  return sql`(select id, capabilities from sessions where id = ${sessionId} and ended_at is null for share)`;
}

/** The session as {@link livingSession} answers it, for whoever only looks: it may end at any moment. */
export function sessionAsSeen(sessionId: string) {
  return sql`(select id, capabilities from sessions where id = ${sessionId} and ended_at is null)`;
}

/** Keeps the session from ending, and other calls that hold it out, until the transaction ends. False where it has ended. */
export async function holdLivingSession(tx: Queryable, sessionId: string): Promise<boolean> {
  const rows = await tx.query(
    sql`select from sessions where id = ${sessionId} and ended_at is null for no key update`,
  );
  return rows.length > 0;
}

/**
 * The sessions of this agent that are at work: not ended, and seen within this many minutes. The last seen first.
 */
export function findSessionsAtWork(
  tx: Queryable,
  projectId: string,
  agentId: string,
  withinMinutes: number,
): Promise<SessionRow[]> {
  return tx.query(sql<SessionRow>`
    select ${columns} from sessions
    where project_id = ${projectId} and agent_id = ${agentId} and ended_at is null
      and last_seen_at > now() - make_interval(mins => ${withinMinutes})
    order by last_seen_at desc, id`);
}

/** Whose profile a session has. */
export function subjectOf(row: Pick<SessionRow, 'id' | 'agent_id' | 'agent_type'>): Subject {
  return { sessionId: row.id, agentId: row.agent_id, agentType: row.agent_type };
}

/** The caller that a session is, with the trust of its profile. */
export function callerOf(row: SessionRow, trust: Trust): AgentCaller {
  return {
    kind: 'agent',
    sessionId: row.id,
    agentId: row.agent_id,
    agentType: row.agent_type,
    trust,
    delegatedFrom: row.delegated_from,
    startedAt: row.started_at,
    worktree: row.worktree,
  };
}

export async function findById(
  database: Queryable,
  projectId: string,
  id: string,
): Promise<(SessionRow & { readonly current_task: string | null }) | undefined> {
  const [row] = await database.query(sql<SessionRow & { current_task: string | null }>`
    select ${columns}, current_task from sessions where project_id = ${projectId} and id = ${id}`);
  return row;
}
