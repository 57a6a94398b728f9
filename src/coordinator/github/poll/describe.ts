import { hostname } from 'node:os';
import { z } from 'zod';
import { sql } from '../../database/sql.ts';
import { operation } from '../../kernel/operation.ts';
import { labelConventionOf } from '../labels/convention.ts';
import { RepositoryStanding } from './standing.ts';
import { labelledItems, standingsOf } from './store.ts';

/** Failed writes that an answer lists at most. */
const mostFailed = 20;

/** How this machine stands to GitHub: what it reads, and what keeps it from reading or telling more. For people. */
export const describeGitHub = operation({
  name: 'describe_github',
  title: 'Describe GitHub',
  description: 'Says which repositories of GitHub are read from this machine, and what stands in the way.',
  access: 'read',
  callers: ['operator', 'local', 'system'],
  tool: false,
  input: z.object({}),
  output: z.object({
    repositories: z.array(RepositoryStanding.extend({ resumes_at: z.string().nullable() })),
    clones: z
      .array(z.object({ folder: z.string(), oddities: z.array(z.string()) }))
      .describe('Clones on this machine, with what keeps their branches from being seen as they are.'),
    items: z
      .array(
        z.object({
          repository: z.string(),
          number: z.number().int(),
          url: z.string(),
          labels: z.array(z.string()),
        }),
      )
      .describe('Open issues and pull requests that bear labels of the conventions.'),
    failed_writes: z
      .array(
        z.object({
          repository: z.string(),
          number: z.number().int(),
          kind: z.enum(['add_label', 'remove_label', 'comment']),
          error: z.string().nullable(),
          at: z.string(),
        }),
      )
      .describe('What GitHub was to be told within the last day and was not, the newest first.'),
  }),
  resource: () => ({ type: 'Project', id: 'github' }),
  async run({ tx, project }) {
    const standings = await standingsOf(tx, project.id);
    const clones = await tx.query(sql<{ folder: string; oddities: string[] }>`
      select folder, oddities from clones
      where project_id = ${project.id} and machine = ${hostname()} order by looked_at desc`);
    const failed = await tx.query(sql<{
      repository: string;
      number: number;
      kind: 'add_label' | 'remove_label' | 'comment';
      error: string | null;
      at: Date;
    }>`
      select repository, number, kind, last_error as error, settled_at as at from github_writes
      where project_id = ${project.id} and state = 'failed' and settled_at > now() - interval '1 day'
      order by settled_at desc limit ${mostFailed}`);
    return {
      items: [...(await labelledItems(tx, project.id, labelConventionOf(project.settings)))],
      repositories: standings.map(({ resumes_at, ...standing }) => ({
        ...standing,
        resumes_at: resumes_at?.toISOString() ?? null,
      })),
      clones,
      failed_writes: failed.map(({ at, ...write }) => ({ ...write, at: at.toISOString() })),
    };
  },
});
