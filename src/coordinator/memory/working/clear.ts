import { z } from 'zod';
import type { Queryable } from '../../database/port.ts';
import { sql } from '../../database/sql.ts';
import { operation } from '../../kernel/operation.ts';
import { entriesOf, Key, sessionOf } from './entry.ts';

/** Forgets what the session that calls keeps in mind. */
export const clearWorkingMemory = operation({
  name: 'clear_working_memory',
  title: 'Keep in mind no longer',
  description: 'Takes one entry out of your session’s working memory by its key, or all of them.',
  access: 'write',
  callers: ['agent'],
  ownAffair: true,
  idempotent: true,
  input: z.object({ key: Key.optional().describe('Default: all of them.') }),
  output: z.object({ success: z.literal(true), cleared: z.array(z.string()) }),
  resource: () => ({ type: 'Session', id: 'own' }),
  async run(context, { key }) {
    const { tx, note } = context;
    const { sessionId } = sessionOf(context);
    const rows = await tx.query(sql<{ key: string }>`
      delete from working_memory
      where ${entriesOf(sessionId)} and (${key ?? null}::text is null or key = ${key ?? null})
      returning key`);
    const cleared = rows.map(row => row.key).sort();
    note({ cleared });
    return { success: true as const, cleared };
  },
});

/** Forgets what a session that ends kept in mind, and answers how many entries those were. */
export async function clearWorkingMemoryOfSession(tx: Queryable, sessionId: string): Promise<number> {
  const rows = await tx.query(sql`delete from working_memory where session_id = ${sessionId} returning key`);
  return rows.length;
}
