import { z } from 'zod';
import type { Queryable } from '../../database/port.ts';
import { sql } from '../../database/sql.ts';
import { InterlockError } from '../../kernel/errors.ts';

/** Names are lower-case, so that one is found however it is written. */
export const SkillName = z.string().trim().toLowerCase().min(1).max(100);

/** A skill as whoever may use it reads it. */
export const Skill = z.object({
  name: z.string(),
  description: z.string(),
  steps: z.array(z.string()),
  prerequisites: z.array(z.string()),
  version: z.number().int(),
  author: z.string(),
  saved_at: z.string(),
  successes: z.number().int().describe('Of this version.'),
  failures: z.number().int().describe('Of this version.'),
  success_rate: z
    .number()
    .describe('The share that is to be expected: with one success and one failure counted beforehand.'),
  last_used_at: z.string().nullable(),
  failure_notes: z.array(z.string()).describe('What was said of the last failures, the last first.'),
});
export type Skill = z.infer<typeof Skill>;

export interface SkillRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly steps: string[];
  readonly prerequisites: string[];
  readonly version: number;
  readonly author: string;
  readonly session_id: string | null;
  readonly saved_at: Date;
  readonly successes: number;
  readonly failures: number;
  readonly last_used_at: Date | null;
  readonly failure_notes: string[];
}

/** Notes of failures that are shown with a skill. */
const mostNotes = 3;

/** What {@link SkillRow} is read from. */
export const skillRows = sql`
  select skills.id, project_id, name, description, steps, prerequisites, version, author, session_id, saved_at,
    successes, failures, last_used_at, failure_notes
  from skills
  cross join lateral (
    select count(*) filter (where success)::int as successes, count(*) filter (where not success)::int as failures,
      max(used_at) as last_used_at,
      coalesce((array_agg(note order by used_at desc, id desc) filter (where not success and note is not null))[:${sql.lit(mostNotes)}], '{}')
        as failure_notes
    from skill_uses where skill_id = skills.id and skill_uses.version = skills.version
  ) as uses`;

export function skillOf({ id: _, session_id: __, ...row }: SkillRow): Skill {
  return {
    ...row,
    saved_at: row.saved_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    success_rate: successRate(row),
  };
}

/**
 * The chance of success that is to be expected after what came of its use: Laplace’s rule of succession, the mean of a
 * Beta(1, 1) prior and what was seen. A skill that nobody used is even money; one failure does not make it useless.
 */
export function successRate({ successes, failures }: Pick<SkillRow, 'successes' | 'failures'>): number {
  return Math.round(((successes + 1) / (successes + failures + 2)) * 10_000) / 10_000;
}

/**
 * The skill as it stands, which no other call writes anew or erases before the transaction ends.
 * @throws InterlockError `skill_not_found`.
 */
export async function holdSkill(tx: Queryable, projectId: string, name: string): Promise<SkillRow> {
  await tx.query(sql`select from skills where project_id = ${projectId} and name = ${name} for update`);
  const [row] = await tx.query(
    sql<SkillRow>`select * from (${skillRows}) as skills where project_id = ${projectId} and name = ${name}`,
  );
  if (row) return row;
  throw new InterlockError('skill_not_found', `No skill ${name} is in this project.`, {
    next: 'suggest_skills shows those that fit a task.',
    params: { name },
  });
}
