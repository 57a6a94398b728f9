import { sql } from '../database/sql.ts';
import type { AgentCaller } from '../kernel/caller.ts';

/** A row of `messages`. */
export interface MessageRow {
  readonly id: string;
  readonly from_name: string;
  readonly from_session: string | null;
  readonly delegated_from: string | null;
  readonly to_agent: string;
  readonly to_session: string | null;
  readonly text: string;
  readonly sent_at: Date;
  readonly read_at: Date | null;
}

export const columns = sql`id, from_name, from_session, delegated_from, to_agent, to_session, text, sent_at, read_at`;

/** For this many days a message is kept, read or not: what nobody read by then is of no use any more. */
export const keptDays = 7;

/** Those that a session may read: its own and its agent's, but not what it wrote to its agent's other sessions. */
export function isFor({ sessionId, agentId }: AgentCaller) {
  return sql<boolean>`(
    to_session = ${sessionId}
    or (to_session is null and to_agent = ${agentId} and from_session is distinct from ${sessionId}))`;
}

/** Neither read nor too old. */
export const isUnread = sql<boolean>`(read_at is null and sent_at > now() - make_interval(days => ${keptDays}))`;
