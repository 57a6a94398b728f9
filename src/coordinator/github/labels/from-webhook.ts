import { z } from 'zod';
import { ApiItem, itemOf } from './from-rest.ts';
import { type GitHubItem, ItemLabel, LabelFact, RepositoryName, storable } from './item.ts';

/** Events that something follows from. Others are answered, and that is all. */
export const followedEvents = ['issues', 'pull_request', 'label', 'push', 'create', 'delete'] as const;
export type FollowedEvent = (typeof followedEvents)[number];

/** What one delivery says. */
export interface Told {
  readonly repository: string;
  readonly action: string | null;
  /** Whose doing it was. */
  readonly login: string;
  readonly items: readonly GitHubItem[];
  readonly facts: readonly LabelFact[];
  /** Labels that the repository has no more. */
  readonly deletedLabels: readonly number[];
  /** Branches may have come, moved or gone. */
  readonly branches: boolean;
}

const Envelope = z.object({
  action: z.string().max(100).optional(),
  repository: z.object({ full_name: z.string(), html_url: z.string() }),
  sender: z.object({ login: z.string() }),
});

const LabelEvent = z.object({ label: ItemLabel });

/** Some examples of GitHub's, of an issue that was pinned, carry neither: nothing can be said of its labels then. */
const Stateless = z.object({ labels: z.undefined().optional(), state: z.undefined().optional() });

/**
 * Reads the payload of an event that is followed. What the event is about counts more than the list beside it: a label that
 * was just removed is none of the item's, whatever the list says.
 * @throws ZodError where it is not as GitHub describes it.
 */
export function toldBy(event: FollowedEvent, payload: unknown): Told {
  const { action, repository, sender } = Envelope.parse(payload);
  const told: Told = {
    repository: repositoryOf(repository),
    action: action ?? null,
    login: sender.login,
    items: [],
    facts: [],
    deletedLabels: [],
    branches: event === 'push' || event === 'create' || event === 'delete',
  };
  if (event === 'label')
    return action === 'deleted' ? { ...told, deletedLabels: [LabelEvent.parse(payload).label.id] } : told;
  if (event !== 'issues' && event !== 'pull_request') return told;
  return { ...told, ...itemTold(event, payload, told) };
}

function itemTold(
  event: 'issues' | 'pull_request',
  payload: unknown,
  { repository, action, login }: Told,
): Pick<Told, 'items' | 'facts'> {
  const given = z.record(z.string(), z.unknown()).parse(payload)[event === 'issues' ? 'issue' : event];
  if (Stateless.safeParse(given).success) return { items: [], facts: [] };
  const api = ApiItem.parse(given);
  const kind = event === 'issues' ? 'issue' : event;
  const item = itemOf(api, { repository, kind, readAt: null });
  if (action === 'deleted' || action === 'transferred')
    return { items: [{ ...item, state: 'gone' }], facts: [] };
  const fact = (label: string, was_set: boolean, at: string) =>
    LabelFact.parse({ repository, number: item.number, label: storable(label, 200), was_set, login, at });
  if (action === 'opened') {
    // What it was opened with was set by whoever opened it.
    return { items: [item], facts: item.labels.map(({ name }) => fact(name, true, api.created_at)) };
  }
  if (action !== 'labeled' && action !== 'unlabeled') return { items: [item], facts: [] };
  const { label } = LabelEvent.parse(payload);
  const others = item.labels.filter(({ id }) => id !== label.id);
  const labels =
    action === 'labeled' ? [...others, { id: label.id, name: storable(label.name, 200) }] : others;
  return {
    items: [{ ...item, labels }],
    facts: [fact(label.name, action === 'labeled', api.updated_at)],
  };
}

/** Its name as remotes are known by: the host of its page, whoever owns it, and what it is called. */
function repositoryOf({ full_name, html_url }: z.infer<typeof Envelope>['repository']): string {
  const host = URL.canParse(html_url) ? new URL(html_url).host : '';
  return RepositoryName.parse(`${host}/${full_name}`.toLowerCase());
}
