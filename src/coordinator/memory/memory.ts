import { z } from 'zod';

export const EventType = z.enum(['error', 'success', 'decision', 'discovery', 'optimization']);
export type EventType = z.infer<typeof EventType>;

export const Outcome = z.enum(['positive', 'negative', 'neutral']);
export type Outcome = z.infer<typeof Outcome>;

/** A memory as whoever reads it gets it. */
export const Memory = z.object({
  memory_id: z.uuid(),
  event_type: EventType,
  summary: z.string(),
  details: z.string().nullable(),
  outcome: Outcome.nullable(),
  lessons: z.array(z.string()),
  tags: z.array(z.string()),
  author: z.string().describe('The agent, or the person, that wrote it.'),
  session_id: z.uuid().nullable().describe('The session that wrote it first; null for a person.'),
  delegated_from: z.string().nullable(),
  written_at: z.string(),
  merges: z.number().int().describe('How often the same was told again within the hour.'),
  useful: z.number().int().describe('How many found it true and of use.'),
  not_useful: z.number().int(),
  recalls: z.number().int().describe('How often recall has answered it.'),
});
export type Memory = z.infer<typeof Memory>;

/** A row of `memories`, with what others said of it. */
export interface MemoryRow {
  readonly id: string;
  readonly event_type: EventType;
  readonly summary: string;
  readonly details: string[];
  readonly outcome: Outcome | null;
  readonly lessons: string[];
  readonly tags: string[];
  readonly author: string;
  readonly session_id: string | null;
  readonly delegated_from: string | null;
  readonly written_at: Date;
  readonly merges: number;
  readonly useful: number;
  readonly not_useful: number;
  readonly recalls: number;
  readonly age_days: number;
}

export function memoryOf({ id, details, written_at, age_days: _, ...rest }: MemoryRow): Memory {
  return {
    ...rest,
    memory_id: id,
    details: details.length === 0 ? null : details.join('\n\n'),
    written_at: written_at.toISOString(),
  };
}
