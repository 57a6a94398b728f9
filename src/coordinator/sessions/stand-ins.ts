import { hostname } from 'node:os';
import { v7 as uuid } from 'uuid';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { OperationContext } from '../kernel/operation.ts';

/** Sessions that stand for something on GitHub, and not for a program that could show a sign of life. */
const standInHarness = 'interlock.github_';

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

/** Makes the sessions that are not there yet, keeps the others alive, and answers the ids by name. */
export async function keepStandIns(
  { tx, project, emit }: Pick<OperationContext, 'tx' | 'project' | 'emit'>,
  agentType: string,
  wanted: readonly StandIn[],
): Promise<ReadonlyMap<string, string>> {
  if (wanted.length === 0) return new Map();
  const rows = await tx.query(sql<{ id: string; external_id: string; is_new: boolean }>`
    with alive as materialized (
      select external_id from sessions
      where project_id = ${project.id} and harness = ${harnessOfStandIns(agentType)} and ended_at is null
    )
    insert into sessions (id, project_id, agent_id, agent_type, harness, external_id, current_task, machine)
    select id, ${project.id}::uuid, agent_id, ${agentType}, ${harnessOfStandIns(agentType)}, name, task, ${hostname()}
    from unnest(
      ${wanted.map(() => uuid())}::uuid[], ${wanted.map(({ name }) => name)}::text[],
      ${wanted.map(({ agentId }) => agentId)}::text[], ${wanted.map(({ task }) => task)}::text[]
    ) as wanted (id, name, agent_id, task)
    on conflict (project_id, harness, external_id) do update set
      last_seen_at = now(), ended_at = null, end_reason = null, current_task = excluded.current_task
    returning id, external_id, not exists (select from alive where alive.external_id = sessions.external_id) as is_new`);
  for (const { id, is_new } of rows) if (is_new) emit({ topic: 'session.registered', subject: id });
  return new Map(rows.map(({ id, external_id }) => [external_id, id]));
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
