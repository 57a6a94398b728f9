import { z } from 'zod';
import { sql } from '../../database/sql.ts';
import { operation } from '../../kernel/operation.ts';
import { RepositoryName } from './item.ts';

/** For this long whoever took a write has it for itself, in seconds: longer than GitHub is waited for. */
const takenSeconds = 120;
/** Attempts after which a write is given up. */
const mostAttempts = 10;
/** The longest wait between two attempts where nobody says another, in seconds. */
const longestWaitSeconds = 3_600;

const Write = z.object({
  id: z.uuid(),
  repository: z.string().describe('host/owner/name'),
  number: z.number().int(),
  kind: z.enum(['add_label', 'remove_label', 'comment']),
  label: z.string().nullable(),
  body: z
    .string()
    .nullable()
    .describe(
      'The comment. Its first line is a marker that no other has: one that bears it is there already.',
    ),
  attempt: z
    .number()
    .int()
    .describe('Above 1 an earlier attempt may have done it: look for the marker first.'),
});
export type GitHubWrite = z.infer<typeof Write>;

/**
 * Hands out what GitHub is to be told, the oldest first, to whoever holds a token. Nobody else gets a write that was taken
 * for {@link takenSeconds}; an answer that is lost is tried again, so each may be delivered more than once and must be
 * delivered so that it does not show: labels are idempotent, comments bear a marker.
 */
export const takeGitHubWrites = operation({
  name: 'take_github_writes',
  title: 'Take what GitHub is to be told',
  description: 'Answers labels to set and comments to write, for the program that holds a token of GitHub.',
  access: 'write',
  callers: ['system'],
  tool: false,
  audited: () => false,
  input: z.object({
    repositories: z
      .array(RepositoryName)
      .max(1_000)
      .optional()
      .describe('Only what is for these, since the token reaches no others. Absent: all.'),
    limit: z.number().int().min(1).max(100).default(20),
  }),
  output: z.object({ writes: z.array(Write) }),
  resource: () => ({ type: 'Project', id: 'github' }),
  async run({ tx, project }, { repositories, limit }) {
    const writes = await tx.query(sql<GitHubWrite & { wanted_at: Date }>`
      with due as (
        select id from github_writes
        where project_id = ${project.id} and state = 'wanted' and next_at <= clock_timestamp()
          and (${repositories ?? null}::text[] is null or repository = any(${repositories ?? null}::text[]))
        order by wanted_at, id limit ${limit}
        for no key update skip locked
      )
      update github_writes set attempts = attempts + 1,
        next_at = clock_timestamp() + make_interval(secs => ${takenSeconds})
      where id in (select id from due)
      returning id, repository, number, kind, label, body, attempts as attempt, wanted_at`);
    writes.sort(
      (one, other) => Number(one.wanted_at) - Number(other.wanted_at) || (one.id < other.id ? -1 : 1),
    );
    return { writes: writes.map(({ wanted_at: _, ...write }) => write) };
  },
});

/** Says what became of a write that was taken. */
export const settleGitHubWrite = operation({
  name: 'settle_github_write',
  title: 'Settle what GitHub was told',
  description: 'Reports that a label was set, a comment written, or why not.',
  access: 'write',
  callers: ['system'],
  tool: false,
  idempotent: true,
  input: z.object({
    id: z.uuid(),
    outcome: z
      .enum(['done', 'retry', 'failed'])
      .describe('retry: later, perhaps; failed: never, since GitHub refuses it or the issue is gone.'),
    error: z.string().max(1_000).optional().describe('Why, without any secret.'),
    retry_after_seconds: z.number().int().min(0).max(86_400).optional().describe('As GitHub asks for.'),
  }),
  output: z.object({
    success: z.literal(true),
    state: z
      .enum(['wanted', 'done', 'failed', 'withdrawn'])
      .describe('withdrawn: nobody wants it any more, and it is forgotten.'),
  }),
  resource: ({ id }) => ({ type: 'Project', id: `github/${id}` }),
  async run({ tx, project, emit, note }, { id, outcome, error, retry_after_seconds }) {
    const [row] = await tx.query(
      sql<{ state: 'wanted' | 'done' | 'failed'; repository: string; number: number; kind: string }>`
        update github_writes set
          state = case
            when ${outcome} = 'done' then 'done'
            when ${outcome} = 'failed' or attempts >= ${mostAttempts} then 'failed'
            else 'wanted' end,
          settled_at = case when ${outcome} = 'retry' and attempts < ${mostAttempts} then null else clock_timestamp() end,
          last_error = ${error ?? null},
          next_at = clock_timestamp() + make_interval(secs => coalesce(
            ${retry_after_seconds ?? null}::float8, least(power(2, attempts)::float8 * 5, ${longestWaitSeconds})))
        where project_id = ${project.id} and id = ${id} and state = 'wanted'
        returning state, repository, number, kind`,
    );
    if (!row) return { success: true as const, state: 'withdrawn' as const };
    note({ ...row, error: error ?? null });
    emit({ topic: 'github.written', subject: `${row.repository}#${row.number}` });
    return { success: true as const, state: row.state };
  },
});
