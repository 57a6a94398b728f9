import { z } from 'zod';
import { operation } from '../../kernel/operation.ts';
import { takeTurn } from '../../projects/turn.ts';
import { labelConventionOf } from './convention.ts';
import { GitHubItem, LabelFact, Login, RepositoryName } from './item.ts';
import { dropOldItems, keepDeletedLabels, keepDelivery, keepFacts, keepItems } from './store.ts';

/** Told when something is known of GitHub that was not before. */
export const githubHeard = 'github.heard';
/** Told when branches of the repository came, moved or went on GitHub. */
export const githubPushed = 'github.pushed';

/** Items that one record names at most. */
const mostNamed = 50;

/**
 * Writes down what GitHub said, whichever way it came: the webhook's door and the poller are its only callers. Repeated and
 * late words change nothing. What follows from it is for `startFollowingLabels` to do.
 */
export const recordGitHubItems = operation({
  name: 'record_github_items',
  title: 'Record what GitHub said',
  description: 'Reports issues, pull requests, labels and branches as GitHub told them.',
  access: 'write',
  callers: ['system'],
  tool: false,
  idempotent: true,
  audited: (_, { changed, known }) => changed.length > 0 || !known,
  input: z.object({
    repository: RepositoryName,
    delivery: z
      .object({
        id: z.string().min(1).max(100),
        event: z.string().min(1).max(100),
        action: z.string().max(100).nullable(),
        login: Login,
      })
      .optional()
      .describe('Of a webhook: which delivery it was, and whose doing. Absent: it was read from the API.'),
    items: z.array(GitHubItem).max(1_000).default([]),
    facts: z.array(LabelFact).max(10_000).default([]),
    deleted_labels: z.array(z.number().int().positive()).max(1_000).default([]),
    branches: z.boolean().default(false).describe('Branches may have come, moved or gone.'),
  }),
  output: z.object({
    success: z.literal(true),
    known: z.boolean().describe('The delivery came before, or nothing of it was news.'),
    changed: z.array(z.string()).describe('Items that are known to be otherwise now, as repository#number.'),
  }),
  resource: ({ repository }) => ({ type: 'Project', id: repository }),
  async run({ tx, project, emit, note }, input) {
    const { repository, delivery } = input;
    const convention = labelConventionOf(project.settings);
    await takeTurn(tx, project.id);
    if (delivery) {
      note({ delivery: delivery.id, event: delivery.event, action: delivery.action, login: delivery.login });
      if (!(await keepDelivery(tx, project.id, delivery.id, delivery.event)))
        return { success: true as const, known: true, changed: [] };
    }
    await dropOldItems(tx, project.id, convention);
    const changed = await keepItems(tx, project.id, convention, input.items);
    const facts = await keepFacts(tx, project.id, convention, input.facts);
    const deleted = await keepDeletedLabels(tx, project.id, repository, input.deleted_labels);
    if (changed.length + facts + deleted > 0) emit({ topic: githubHeard, subject: repository });
    if (input.branches) emit({ topic: githubPushed, subject: repository });
    note({ repository, items: changed.slice(0, mostNamed), count: changed.length, facts, deleted });
    return {
      success: true as const,
      known: delivery === undefined && changed.length + facts + deleted === 0,
      changed: changed.slice(0, mostNamed),
    };
  },
});
