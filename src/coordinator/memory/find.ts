import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { Caller } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';

interface Owned {
  readonly author: string;
  readonly session_id: string | null;
  readonly words: string[];
}

/**
 * The memory, held until the transaction ends.
 * @throws InterlockError `memory_not_found`.
 */
export async function holdMemory(tx: Queryable, projectId: string, id: string): Promise<Owned> {
  const [row] = await tx.query(sql<Owned>`
    select author, session_id, words from memories where project_id = ${projectId} and id = ${id} for update`);
  if (row) return row;
  throw new InterlockError('memory_not_found', `No memory ${id} is in this project.`, {
    next: 'recall or list_memories show those that are; this one may have been forgotten.',
    params: { memory_id: id },
  });
}

/** True for the agent that wrote it, in whichever session, and for a person. */
export function mayForget(
  caller: Caller,
  { author, session_id }: Pick<Owned, 'author' | 'session_id'>,
): boolean {
  if (caller.kind !== 'agent') return caller.kind === 'operator';
  return session_id !== null && author === caller.agentId;
}
