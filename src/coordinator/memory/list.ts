import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import { Tag } from './input.ts';
import { EventType, Memory, type MemoryRow, memoryOf } from './memory.ts';
import { columns, fromMemories } from './store.ts';

/** The memories of the project by time. */
export const listMemories = operation({
  name: 'list_memories',
  title: 'List memories',
  description:
    'Lists what was remembered last, the newest first. To find what matters for a task, call recall.',
  access: 'read',
  readMatters: true,
  feed: { uri: 'memories://recent', title: 'Recent memories', topics: ['memory'] },
  input: z.object({
    event_type: EventType.optional(),
    tags: z.array(Tag).min(1).max(20).optional().describe('Only memories with at least one of them.'),
    author: z.string().trim().min(1).max(200).optional().describe('An agent id, or the name of a person.'),
    limit: z.number().int().min(1).max(200).default(20),
  }),
  output: z.object({ memories: z.array(Memory) }),
  resource: () => ({ type: 'Project', id: 'memories' }),
  async run({ tx, project }, { event_type, tags, author, limit }) {
    const rows = await tx.query(sql<MemoryRow>`
      select ${columns} from ${fromMemories}
      where memories.project_id = ${project.id}
        and (${event_type ?? null}::text is null or event_type = ${event_type ?? null})
        and (${tags ?? null}::text[] is null or tags && ${tags ?? null}::text[])
        and (${author ?? null}::text is null or author = ${author ?? null})
      order by written_at desc, memories.id desc
      limit ${limit}`);
    return { memories: rows.map(memoryOf) };
  },
});
