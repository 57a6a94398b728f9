import { z } from 'zod';
import { GitHubItem, ItemLabel, LabelFact, storable } from './item.ts';

const User = z.object({ login: z.string() }).nullish();

/** An issue or pull request as the REST API answers it, and webhooks carry it: what is read of it. */
export const ApiItem = z.object({
  number: z.number().int(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']),
  html_url: z.string(),
  user: User,
  // A list, as GitHub sends it. What is no list is refused, and not taken for none.
  labels: z.array(ItemLabel),
  created_at: z.string(),
  updated_at: z.string(),
  /** The issues of the API are pull requests too: those have this. */
  pull_request: z.unknown().optional(),
});
export type ApiItem = z.infer<typeof ApiItem>;

/** Where it is, and what the thing itself does not say. */
export interface Circumstances {
  readonly repository: string;
  readonly kind: GitHubItem['kind'];
  /** ISO 8601; null where a webhook carried it. */
  readonly readAt: string | null;
}

/** @throws ZodError where it is not as GitHub describes it. */
export function itemOf(api: ApiItem, { repository, kind, readAt }: Circumstances): GitHubItem {
  return GitHubItem.parse({
    repository: repository.toLowerCase(),
    number: api.number,
    kind,
    title: storable(api.title, 1_000),
    body: storable(api.body ?? '', 65_536),
    state: api.state,
    url: storable(api.html_url, 1_000),
    author: api.user?.login ?? null,
    labels: api.labels.map(({ id, name }) => ({ id, name: storable(name, 200) })),
    updated_at: api.updated_at,
    read_at: readAt,
  });
}

/**
 * Reads one element of `GET /repos/{owner}/{repo}/issues`, or the answer of `GET …/issues/{number}`.
 * @param repository `host/owner/name`; the host is that of the web pages, `github.com`, and not that of the API.
 * @param readAt the `date` header of the answer, in ISO 8601: a later reading counts more than an earlier one of the same second.
 * @throws ZodError where it is not as GitHub describes it.
 */
export function itemFromRest(value: unknown, repository: string, readAt: string): GitHubItem {
  const api = ApiItem.parse(value);
  const kind = api.pull_request == null ? 'issue' : 'pull_request';
  return itemOf(api, { repository, kind, readAt });
}

const ApiEvent = z.object({
  event: z.string(),
  actor: User,
  created_at: z.string(),
  label: z.object({ name: z.string() }).nullish(),
});

/**
 * Reads the answer of `GET /repos/{owner}/{repo}/issues/{number}/events`: who set and removed which label. Other events are
 * passed over, and so are those of accounts that are no more.
 * @throws ZodError where it is not as GitHub describes it.
 */
export function factsFromRest(value: unknown, repository: string, number: number): LabelFact[] {
  return z
    .array(ApiEvent)
    .parse(value)
    .flatMap(({ event, actor, created_at, label }) =>
      (event === 'labeled' || event === 'unlabeled') && actor && label
        ? [
            LabelFact.parse({
              repository: repository.toLowerCase(),
              number,
              label: storable(label.name, 200),
              was_set: event === 'labeled',
              login: actor.login,
              at: created_at,
            }),
          ]
        : [],
    );
}
