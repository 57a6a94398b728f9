import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { holdMemory, mayForget } from './find.ts';
import { MemoryId } from './input.ts';
import { uncountWords } from './vocabulary.ts';

/** Erases a memory. The record keeps that there was one and who erased it, never what it said. */
export const forget = operation({
  name: 'forget',
  title: 'Forget a memory',
  description:
    'Erases a memory that is wrong or should never have been written; only its author, or a person, may. For one that is merely of no use, call confirm_memory with useful = false.',
  access: 'write',
  callers: ['agent', 'operator'],
  destructive: true,
  input: z.object({
    id: MemoryId,
    reason: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .optional()
      .describe('Kept on the record: do not repeat the memory.'),
  }),
  output: z.object({ success: z.literal(true), memory_id: z.uuid() }),
  resource: ({ id }) => ({ type: 'Memory', id }),
  async run({ tx, project, caller, emit, note }, { id, reason }) {
    const memory = await holdMemory(tx, project.id, id);
    if (!mayForget(caller, memory)) throw notAuthor(id, memory.author);
    await tx.query(sql`delete from memories where project_id = ${project.id} and id = ${id}`);
    await uncountWords(tx, project.id, memory.words);
    note({ memory_id: id, author: memory.author, reason: reason ?? null });
    emit({ topic: 'memory.forgotten', subject: id });
    return { success: true as const, memory_id: id };
  },
});

function notAuthor(id: string, author: string): InterlockError {
  return new InterlockError(
    'not_author',
    `The memory ${id} is for ${author}, who wrote it, or for a person to erase.`,
    {
      next: 'If it is wrong, call confirm_memory with useful = false, and remember what is right.',
      params: { memory_id: id, author },
    },
  );
}
