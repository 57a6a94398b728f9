import { z } from 'zod';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import type { Passage } from '../kernel/passage.ts';
import { longestSecret, shortestSecret } from '../listen-config.ts';

/**
 * Lends this coordinator the secret with which GitHub signs deliveries for one project, in the place of what was lent before.
 * It stays in the memory of the process, and is in no record, no log and no answer. Only people may: whoever has it can say what
 * GitHub says.
 */
export const lendWebhookSecret = operation({
  name: 'lend_github_webhook_secret',
  title: 'Lend the secret of GitHub’s webhook',
  description:
    'Lends this coordinator the secret of the webhook of this project’s repository, until it ends. Without one it forgets what it was lent.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  idempotent: true,
  input: z.object({
    secrets: z
      .array(z.string())
      .max(2)
      .describe('The secret, and the one before it while GitHub still has that. Kept in memory alone.'),
  }),
  output: z.object({ success: z.literal(true) }),
  resource: () => ({ type: 'Project', id: 'github/webhook' }),
  async run({ note }, { secrets }) {
    // Said without the value, unlike what a schema refuses.
    if (!secrets.every(({ length }) => length >= shortestSecret && length <= longestSecret)) {
      throw new InterlockError(
        'invalid_input',
        `secrets: the secret of GitHub’s webhook has ${shortestSecret} to ${longestSecret} characters.`,
        { next: 'Make a random one, there and here.', params: { field: 'secrets' } },
      );
    }
    note({ secrets: secrets.length });
    return { success: true as const };
  },
});

/** A secret, and the one project that deliveries signed with it may be about. */
export interface LentSecret {
  readonly projectId: string;
  readonly secret: string;
}

/** The secrets that were lent to this process. */
export interface WebhookSecrets {
  /** Hears of calls that were carried out. */
  note(passage: Passage): void;
  lent(): readonly LentSecret[];
}

export function createWebhookSecrets(): WebhookSecrets {
  const lent = new Map<string, readonly LentSecret[]>();
  return {
    note({ operation: { name }, input, place }) {
      if (!place || name !== lendWebhookSecret.name) return;
      const { data } = lendWebhookSecret.input.safeParse(input);
      const projectId = place.project.id;
      if (data)
        lent.set(
          projectId,
          data.secrets.map(secret => ({ projectId, secret })),
        );
    },
    lent: () => [...lent.values()].flat(),
  };
}
