import { z } from 'zod';
import { sql } from '../../database/sql.ts';
import type { AgentCaller } from '../../kernel/caller.ts';
import type { OperationContext } from '../../kernel/operation.ts';

export const Key = z.string().trim().min(1).max(200);

/** An entry of a session's working memory. */
export const Entry = z.object({
  key: z.string(),
  value: z.unknown(),
  tokens: z.number().int().describe('What it takes in a context, about: a token for four bytes.'),
  expires_at: z.string(),
});

export const Budget = z.object({
  tokens: z.number().int().describe('What all entries take together.'),
  budget: z.number().int().describe('What they may take; a setting of the project.'),
});

export interface EntryRow {
  readonly key: string;
  readonly value: unknown;
  readonly tokens: number;
  readonly expires_at: Date;
}

export function entryOf({ expires_at, ...rest }: EntryRow): z.infer<typeof Entry> {
  return { ...rest, expires_at: expires_at.toISOString() };
}

/** The entries of a session that are there still. */
export function entriesOf(sessionId: string) {
  return sql`session_id = ${sessionId} and expires_at > clock_timestamp()`;
}

/** The session that calls. The operations are for agents alone. */
export function sessionOf({ caller }: Pick<OperationContext, 'caller'>): AgentCaller {
  if (caller.kind !== 'agent') throw new Error(`a ${caller.kind} has no working memory`);
  return caller;
}
