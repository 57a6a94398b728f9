import { z } from 'zod';
import { sql } from '../../database/sql.ts';
import { operation } from '../../kernel/operation.ts';
import { Budget, Entry, type EntryRow, entriesOf, entryOf, Key, sessionOf } from './entry.ts';

/** What the session that calls keeps in mind. To read an entry by its key is to use it, which keeps it from making room. */
export const getWorkingMemory = operation({
  name: 'get_working_memory',
  title: 'What is kept in mind',
  description:
    'Reads what your session keeps in mind: one entry by its key, or all of them, those used last first. An entry that expired or made room is not there.',
  access: 'write',
  callers: ['agent'],
  ownAffair: true,
  idempotent: true,
  // It changes nothing that anybody else could see.
  audited: () => false,
  input: z.object({ key: Key.optional() }),
  output: z.object({ entries: z.array(Entry), ...Budget.shape }),
  resource: () => ({ type: 'Session', id: 'own' }),
  async run(context, { key }) {
    const { tx, project } = context;
    const { sessionId } = sessionOf(context);
    if (key !== undefined) {
      await tx.query(sql`
        update working_memory set used_at = clock_timestamp() where ${entriesOf(sessionId)} and key = ${key}`);
    }
    const rows = await tx.query(sql<EntryRow>`
      select key, value, tokens, expires_at from working_memory where ${entriesOf(sessionId)} order by used_at desc, key`);
    return {
      entries: rows.filter(row => key === undefined || row.key === key).map(entryOf),
      tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0),
      budget: project.settings['memory.workingTokens'],
    };
  },
});
