import { hostname } from 'node:os';
import { v7 as uuid } from 'uuid';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { OperationContext } from '../kernel/operation.ts';

/** Sessions that stand for something on GitHub, and not for a program that could show a sign of life. */
const standInHarness = 'interlock.github_';

/** The agent type of what people do with labels on GitHub. Its sessions act, each for the person who set the label. */
export const labelType = 'github_label';

/** What the agent ids of people on GitHub begin with. No other session, and no key, has such a name. */
const personPrefix = 'github:';

/** The agent id of somebody on GitHub, where names in upper and lower case are one. */
export function agentIdOfLogin(login: string): string {
  return `${personPrefix}${login.toLowerCase()}`;
}

/** True for a name that only Interlock itself gives a session. */
export function isNameOnGitHub(agentId: string): boolean {
  return agentId.trimStart().toLowerCase().startsWith(personPrefix);
}

/** The harness that sessions which stand for things of one kind live in. Nobody else registers or speaks for one of it. */
export function harnessOfStandIns(agentType: string): string {
  return `interlock.${agentType}`;
}

/** True for types and harnesses that only Interlock itself gives a session. */
export function isStandIn(agentType: string, harness: string | undefined): boolean {
  return (
    `interlock.${agentType}`.startsWith(standInHarness) || (harness?.startsWith(standInHarness) ?? false)
  );
}

/** A condition on `sessions`: silence says that the session is dead. */
export const endsBySilence = sql<boolean>`(harness is null or not starts_with(harness, ${standInHarness}))`;

/** What a session stands for. */
export interface StandIn {
  /** Tells it from others of its kind: a branch. */
  readonly name: string;
  readonly agentId: string;
  readonly task: string;
}

/** Makes the sessions that are not there yet, or have ended, and answers the ids of all by name. */
export async function keepStandIns(
  { tx, project, emit }: Pick<OperationContext, 'tx' | 'project' | 'emit'>,
  agentType: string,
  wanted: readonly StandIn[],
): Promise<ReadonlyMap<string, string>> {
  if (wanted.length === 0) return new Map();
  const harness = harnessOfStandIns(agentType);
  const alive = await tx.query(sql<{ id: string; external_id: string }>`
    select id, external_id from sessions
    where project_id = ${project.id} and harness = ${harness} and ended_at is null`);
  const known = new Map(alive.map(({ id, external_id }) => [external_id, id]));
  const missing = wanted.filter(({ name }) => !known.has(name));
  if (missing.length > 0) {
    const made = await tx.query(sql<{ id: string; external_id: string }>`
      insert into sessions (id, project_id, agent_id, agent_type, harness, external_id, current_task, machine)
      select id, ${project.id}::uuid, agent_id, ${agentType}, ${harness}, name, task, ${hostname()}
      from unnest(
        ${missing.map(() => uuid())}::uuid[], ${missing.map(({ name }) => name)}::text[],
        ${missing.map(({ agentId }) => agentId)}::text[], ${missing.map(({ task }) => task)}::text[]
      ) as missing (id, name, agent_id, task)
      on conflict (project_id, harness, external_id) do update set
        last_seen_at = now(), started_at = now(), ended_at = null, end_reason = null, current_task = excluded.current_task
      returning id, external_id`);
    for (const { id, external_id } of made) known.set(external_id, id);
    // One for all of them: there may be a thousand, and whoever hears it reads them all.
    emit({ topic: 'session.changed', subject: harness });
  }
  const names = new Set(wanted.map(({ name }) => name));
  return new Map([...known].filter(([name]) => names.has(name)));
}

/** A session that works somewhere, as far as that says whose branch is checked out there. */
export interface SessionAtWork {
  readonly id: string;
  readonly agent_id: string;
  readonly worktree: string | null;
}

/** The living sessions of these agents that stand for nothing else, the last seen first. */
export function sessionsOfAgents(
  tx: Queryable,
  projectId: string,
  agentIds: readonly string[],
): Promise<SessionAtWork[]> {
  return tx.query(sql<SessionAtWork>`
    select id, agent_id, worktree from sessions
    where project_id = ${projectId} and ended_at is null and agent_id = any(${[...agentIds]}::text[])
      and ${endsBySilence}
    order by last_seen_at desc, id`);
}
