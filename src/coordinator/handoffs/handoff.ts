import { z } from 'zod';
import type { HandoffRow } from './store.ts';

/** A handoff as whoever goes on reads it. */
export const Handoff = z.object({
  handoff_id: z.uuid(),
  agent_id: z.string().describe('Who wrote it.'),
  agent_type: z.string(),
  session_id: z.uuid(),
  delegated_from: z.string().nullable(),
  to_agent: z.string().nullable().describe('Whom it is for; null: whoever comes next.'),
  written_at: z.string(),
  branch: z.string().nullable(),
  summary: z.string(),
  completed_work: z.array(z.string()),
  in_progress: z.array(z.string()),
  decisions: z.array(z.string()),
  next_steps: z.array(z.string()),
  relevant_files: z.array(z.string()),
  locks: z.array(z.string()).describe('The paths of the locks that go with it.'),
  accepted_by: z
    .string()
    .nullable()
    .describe('The agent that took it over with its locks. Null: accept_handoff does, if it is for you.'),
  accepted_at: z.string().nullable(),
});
export type Handoff = z.infer<typeof Handoff>;

export function handoffOf(row: HandoffRow): Handoff {
  const { id, written_at, lock_paths, accepted_by: _, accepted_by_agent, accepted_at, ...rest } = row;
  return {
    ...rest,
    handoff_id: id,
    written_at: written_at.toISOString(),
    locks: lock_paths,
    accepted_by: accepted_by_agent,
    accepted_at: accepted_at?.toISOString() ?? null,
  };
}

/** A lock that somebody received. */
export const ReceivedLock = z.object({
  file_path: z.string(),
  fence: z.number().int(),
  expires_at: z.string(),
});
