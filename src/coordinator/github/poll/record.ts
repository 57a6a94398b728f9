import { z } from 'zod';
import { operation } from '../../kernel/operation.ts';
import { labelConventionOf } from '../labels/convention.ts';
import { RepositoryName } from '../labels/item.ts';
import { itemsWithUnknownSetters } from '../labels/store.ts';
import { RepositoryStanding } from './standing.ts';
import { keepStandings, openLabelled, readToOf } from './store.ts';

/** Told when it stands otherwise with reading GitHub. */
export const pollsChanged = 'github.polled';

/** Items whose labels nobody is known to have set, that one round asks about. */
const mostUnknown = 100;

/** Where a round of reading a repository begins. */
export const planGitHubPoll = operation({
  name: 'plan_github_poll',
  title: 'Plan to read a repository',
  description: 'Says how far a repository of GitHub was read, and what is to be looked at again.',
  access: 'read',
  callers: ['system'],
  tool: false,
  input: z.object({ repository: RepositoryName }),
  output: z.object({
    read_to: z.string().nullable().describe('What changed since then is not known; null: nothing is.'),
    labelled: z.array(z.number().int()).describe('Open items that bear labels.'),
    unknown_setters: z
      .array(z.number().int())
      .describe('Items with labels that nobody is known to have set.'),
  }),
  resource: ({ repository }) => ({ type: 'Project', id: repository }),
  async run({ tx, project }, { repository }) {
    const convention = labelConventionOf(project.settings);
    const readTo = await readToOf(tx, project.id, convention, repository);
    const unknown = await itemsWithUnknownSetters(tx, project.id, convention, mostUnknown);
    return {
      read_to: readTo?.toISOString() ?? null,
      labelled: [...(await openLabelled(tx, project.id, convention, repository))],
      unknown_setters: unknown.filter(each => each.repository === repository).map(({ number }) => number),
    };
  },
});

/** Writes down how it stands with reading the repositories that clones on this machine lead to. */
export const recordGitHubPolls = operation({
  name: 'record_github_polls',
  title: 'Record what is read of GitHub',
  description: 'Reports which repositories are read, how far, and what keeps others from it.',
  access: 'write',
  callers: ['system'],
  tool: false,
  idempotent: true,
  audited: ({ tell }) => tell,
  input: z.object({
    repositories: z.array(
      RepositoryStanding.extend({
        resumes_in_seconds: z.number().int().min(0).max(86_400).nullable(),
        read_to: z
          .number()
          .int()
          .min(0)
          .max(253_402_300_799)
          .nullable()
          .describe('In seconds since 1970, as GitHub’s clock knows them. Null: as far as before.'),
        convention: z.string().min(1).max(200).describe('How labels were written when it was read.'),
      }),
    ),
    tell: z.boolean().describe('Something is otherwise for people, and not only how far it was read.'),
  }),
  output: z.object({ success: z.literal(true) }),
  resource: () => ({ type: 'Project', id: 'github' }),
  async run({ tx, project, emit, note }, { repositories, tell }) {
    await keepStandings(tx, project.id, repositories);
    if (tell) emit({ topic: pollsChanged, subject: 'github' });
    note({ repositories: repositories.map(({ repository, state }) => ({ repository, state })) });
    return { success: true as const };
  },
});
