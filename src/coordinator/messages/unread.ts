import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { AgentCaller } from '../kernel/caller.ts';
import { type Message, messageOf } from './message.ts';
import { columns, isFor, isUnread, type MessageRow } from './store.ts';

/** What waits for the session, the oldest first; `total` says how many there are. */
export async function unreadFor(
  db: Queryable,
  projectId: string,
  reader: AgentCaller,
  most: number,
): Promise<{ readonly messages: readonly Message[]; readonly total: number }> {
  const rows = await db.query(sql<MessageRow & { total: number }>`
    select ${columns}, count(*) over ()::int as total from messages
    where project_id = ${projectId} and ${isFor(reader)} and ${isUnread}
    order by sent_at, id
    limit ${most}`);
  return { messages: rows.map(({ total: _, ...row }) => messageOf(row)), total: rows[0]?.total ?? 0 };
}

/** Messages that one tool call is told of at most. */
const mostTold = 3;

/**
 * What waits for the session and no tool call was told of yet, for the answer to one. Each is told once, to whichever call
 * asks first, and waits to be read all the same: an answer of a hook may be lost.
 */
export async function tellOnce(
  db: Queryable,
  projectId: string,
  reader: AgentCaller,
): Promise<readonly Message[]> {
  const rows = await db.query(sql<MessageRow>`
    with untold as (
      select id from messages
      where project_id = ${projectId} and ${isFor(reader)} and ${isUnread} and told_at is null
      order by sent_at, id
      limit ${mostTold}
      for update skip locked
    )
    update messages set told_at = now() where id in (select id from untold)
    returning ${columns}`);
  return rows.map(messageOf).sort((one, other) => (one.sent_at < other.sent_at ? -1 : 1));
}
