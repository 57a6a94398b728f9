import { sql } from '../database/sql.ts';

/** What {@link MemoryRow} is read from. */
export const fromMemories = sql`
  memories
  left join memory_recalls on memory_recalls.memory_id = memories.id
  left join lateral (
    select count(*) filter (where useful)::int as useful, count(*) filter (where not useful)::int as not_useful
    from memory_votes where memory_votes.memory_id = memories.id
  ) as votes on true`;

export const columns = sql`
  memories.id, event_type, summary, details, outcome, lessons, tags, author, session_id, delegated_from, written_at, merges,
  useful, not_useful, coalesce(recalls, 0) as recalls,
  greatest(0, extract(epoch from now() - written_at) / 86400)::float8 as age_days`;
