import { z } from 'zod';

/** Where an issue lives: `github.com/owner/name`, in lower case, since GitHub does not tell cases apart. */
export const RepositoryName = z
  .string()
  .max(400)
  .regex(/^[a-z0-9.-]+(?::\d+)?\/[a-z0-9._-]+\/[a-z0-9._-]+$/);

/** What somebody calls themselves on GitHub; that of an app ends with `[bot]`. */
export const Login = z.string().min(1).max(100);

export const ItemLabel = z.object({
  id: z.number().int().positive(),
  name: z.string().min(1).max(200),
});

/**
 * What GitHub said of one issue or pull request at one moment. A webhook's payload and an answer of the REST API are read
 * into the same (`from-webhook.ts`, `from-rest.ts`), so that nothing behind them knows which way it came.
 */
export const GitHubItem = z.object({
  repository: RepositoryName,
  number: z.number().int().positive(),
  kind: z.enum(['issue', 'pull_request']),
  title: z.string().max(2_000),
  body: z.string().max(70_000),
  state: z.enum(['open', 'closed', 'gone']).describe('gone: deleted, or moved to another repository.'),
  url: z.string().max(2_000),
  author: Login.nullable(),
  labels: z.array(ItemLabel).max(1_000),
  updated_at: z.iso.datetime({ offset: true }).describe('By GitHub’s clock, which knows seconds.'),
  read_at: z.iso
    .datetime({ offset: true })
    .nullable()
    .describe('When it was read from the API, by the `date` header of the answer; null for a webhook.'),
});
export type GitHubItem = z.infer<typeof GitHubItem>;

/** That somebody set or removed a label, and when. Items themselves do not say who did. */
export const LabelFact = z.object({
  repository: RepositoryName,
  number: z.number().int().positive(),
  label: z.string().min(1).max(200).describe('The name, as it was then.'),
  was_set: z.boolean().describe('False: removed.'),
  login: Login,
  at: z.iso.datetime({ offset: true }),
});
export type LabelFact = z.infer<typeof LabelFact>;

/** Text as the database takes it: without NUL and without halves of characters, and cut to a length. */
export function storable(text: string, length: number): string {
  return text.replaceAll('\0', '').slice(0, length).toWellFormed();
}
