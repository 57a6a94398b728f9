import { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { Project } from '../kernel/caller.ts';
import { operation } from '../kernel/operation.ts';
import { type Filter, findCandidates } from './candidates.ts';
import { Tag } from './input.ts';
import { matchOf } from './match.ts';
import { EventType, Memory, type MemoryRow, memoryOf } from './memory.ts';
import { passagesOf } from './passages.ts';
import { understand } from './question.ts';
import { relevanceOf } from './relevance.ts';
import { columns, fromMemories } from './store.ts';

const Recalled = Memory.extend({
  relevance: z
    .number()
    .min(0)
    .max(1)
    .describe('How much it matters for this task; min_relevance compares with it.'),
});
export type Recalled = z.infer<typeof Recalled>;

/** The memories of the project that matter for a task. */
export const recall = operation({
  name: 'recall',
  title: 'Recall what is known',
  description:
    'Finds what agents and people of this project found out before that matters for a task: call it before you begin, and when something fails. Say what you are about to do in plain words, with names of files, functions and errors. confirm_memory says afterwards whether one was true and of use.',
  access: 'read',
  readMatters: true,
  input: z.object({
    task_description: z.string().trim().min(1).max(4_000),
    tags: z.array(Tag).min(1).max(20).optional().describe('Only memories with at least one of them.'),
    event_type: EventType.optional(),
    limit: z.number().int().min(1).max(50).default(10),
    min_relevance: z.number().min(0).max(1).default(0),
  }),
  output: z.object({
    memories: z.array(Recalled).describe('The most relevant first; none where nothing matches.'),
  }),
  resource: () => ({ type: 'Project', id: 'memories' }),
  async run({ tx, project }, { task_description, tags, event_type, limit, min_relevance }) {
    const filter = { tags, eventType: event_type };
    const memories = await recallFor(tx, project, task_description, limit, filter);
    return { memories: memories.filter(({ relevance }) => relevance >= min_relevance) };
  },
});

/**
 * The memories that matter for a task, the most relevant first. They all match its text: relevance is above zero. It
 * reads only; without a transaction, too.
 */
export async function recallFor(
  tx: Queryable,
  { id: projectId }: Pick<Project, 'id'>,
  taskDescription: string,
  limit: number,
  filter: Filter = {},
): Promise<Recalled[]> {
  const question = await understand(tx, projectId, taskDescription);
  const candidates = await findCandidates(tx, projectId, question, filter, limit);
  if (candidates.length === 0) return [];
  const rows = await tx.query(sql<MemoryRow>`
    select ${columns} from ${fromMemories}
    where memories.project_id = ${projectId} and memories.id = any(${candidates}::uuid[])`);
  return rows
    .map(row => ({ ...memoryOf(row), relevance: relevanceOf(matchOf(question, passagesOf(row)), row) }))
    .filter(({ relevance }) => relevance > 0)
    .sort(moreRelevantFirst)
    .slice(0, limit);
}

/** Of two that are as relevant the newer goes first; the ids of a project's memories ascend with time. */
function moreRelevantFirst(one: Recalled, other: Recalled): number {
  if (one.relevance !== other.relevance) return other.relevance - one.relevance;
  return one.memory_id < other.memory_id ? 1 : -1;
}
