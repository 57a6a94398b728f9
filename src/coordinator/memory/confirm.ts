import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { type Caller, nameOf } from '../kernel/caller.ts';
import { operation } from '../kernel/operation.ts';
import { holdMemory } from './find.ts';
import { MemoryId } from './input.ts';

/** Says whether a memory was true and of use, which makes it more or less relevant from then on. */
export const confirmMemory = operation({
  name: 'confirm_memory',
  title: 'Say whether a memory helped',
  description:
    'Says whether a memory that recall answered was true and of use for your task: recall ranks it accordingly. Your last word counts.',
  access: 'write',
  callers: ['agent', 'operator'],
  idempotent: true,
  input: z.object({ id: MemoryId, useful: z.boolean().default(true) }),
  output: z.object({
    success: z.literal(true),
    memory_id: z.uuid(),
    useful: z.number().int().describe('How many found it useful.'),
    not_useful: z.number().int(),
  }),
  resource: ({ id }) => ({ type: 'Memory', id }),
  async run({ tx, project, caller, emit, note }, { id, useful }) {
    await holdMemory(tx, project.id, id);
    await tx.query(sql`
      insert into memory_votes (project_id, memory_id, voter, useful)
      values (${project.id}, ${id}, ${voterOf(caller)}, ${useful})
      on conflict (memory_id, voter) do update set useful = excluded.useful, voted_at = now()`);
    const [votes] = await tx.query(sql<{ useful: number; not_useful: number }>`
      select count(*) filter (where useful) as useful, count(*) filter (where not useful) as not_useful
      from memory_votes where memory_id = ${id}`);
    if (!votes) throw new Error('a count answered nothing');
    note({ id, useful });
    emit({ topic: 'memory.confirmed', subject: id, facts: { useful } });
    return { success: true as const, memory_id: id, ...votes };
  },
});

/** A session, or a person: an agent that meets a memory in two sessions has found it useful twice. */
function voterOf(caller: Caller): string {
  return caller.kind === 'agent' ? `session:${caller.sessionId}` : `person:${nameOf(caller)}`;
}
