import { asDescribed } from './described.ts';

/** What tests say of an issue or a pull request; the rest is made up around it. */
export interface Thing {
  readonly number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  isPull: boolean;
  author: string;
  labels: string[];
  updatedAt: string;
}

export interface Happening {
  readonly event: 'labeled' | 'unlabeled' | 'closed' | 'reopened';
  readonly actor: string;
  readonly label?: string;
  readonly at: string;
}

/** Where the stand-in is, so that it can say where things are. */
export interface Addresses {
  readonly api: string;
  readonly pages: string;
  /** `owner/name` */
  readonly repository: string;
}

export function userOf({ api, pages }: Pick<Addresses, 'api' | 'pages'>, login: string) {
  return {
    login,
    id: [...login].reduce((sum, letter) => sum * 31 + (letter.codePointAt(0) ?? 0), 7) % 1_000_000,
    node_id: `U_${login}`,
    avatar_url: `${pages}/avatars/${login}`,
    gravatar_id: '',
    url: `${api}/users/${login}`,
    html_url: `${pages}/${login}`,
    followers_url: `${api}/users/${login}/followers`,
    following_url: `${api}/users/${login}/following{/other_user}`,
    gists_url: `${api}/users/${login}/gists{/gist_id}`,
    starred_url: `${api}/users/${login}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/users/${login}/subscriptions`,
    organizations_url: `${api}/users/${login}/orgs`,
    repos_url: `${api}/users/${login}/repos`,
    events_url: `${api}/users/${login}/events{/privacy}`,
    received_events_url: `${api}/users/${login}/received_events`,
    type: 'User',
    site_admin: false,
  };
}

export function labelOf({ api, repository }: Addresses, name: string) {
  return asDescribed('label', {
    // Two labels of a repository have two ids, and one keeps its own.
    id: 1 + [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 2_147_483_647, 7),
    node_id: `LA_${name}`,
    url: `${api}/repos/${repository}/labels/${encodeURIComponent(name)}`,
    name,
    color: 'ededed',
    default: false,
    description: null,
  });
}

export function issueOf(at: Addresses, thing: Thing) {
  const url = `${at.api}/repos/${at.repository}/issues/${thing.number}`;
  const page = `${at.pages}/${at.repository}/${thing.isPull ? 'pull' : 'issues'}/${thing.number}`;
  return asDescribed('issue', {
    id: thing.number,
    node_id: `I_${thing.number}`,
    url,
    repository_url: `${at.api}/repos/${at.repository}`,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: thing.number,
    state: thing.state,
    title: thing.title,
    body: thing.body,
    user: userOf(at, thing.author),
    labels: thing.labels.map(name => labelOf(at, name)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: 0,
    ...(thing.isPull
      ? { pull_request: { url: page, html_url: page, diff_url: `${page}.diff`, patch_url: `${page}.patch` } }
      : {}),
    closed_at: thing.state === 'closed' ? thing.updatedAt : null,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: thing.updatedAt,
    author_association: 'MEMBER',
  });
}

export function eventOf(at: Addresses, happening: Happening, index: number) {
  const { event, actor, label } = happening;
  const shape =
    event === 'labeled'
      ? 'labeled-issue-event'
      : event === 'unlabeled'
        ? 'unlabeled-issue-event'
        : 'state-change-issue-event';
  return asDescribed(shape, {
    id: index + 1,
    node_id: `E_${index}`,
    url: `${at.api}/repos/${at.repository}/issues/events/${index + 1}`,
    actor: userOf(at, actor),
    event,
    commit_id: null,
    commit_url: null,
    created_at: happening.at,
    performed_via_github_app: null,
    ...(label === undefined ? {} : { label: { name: label, color: 'ededed' } }),
    ...(label === undefined ? { state_reason: null } : {}),
  });
}

export function commentOf(
  at: Addresses,
  number: number,
  id: number,
  { body, author }: { body: string; author: string },
) {
  const url = `${at.api}/repos/${at.repository}/issues/comments/${id}`;
  return asDescribed('issue-comment', {
    id,
    node_id: `IC_${id}`,
    url,
    html_url: `${at.pages}/${at.repository}/issues/${number}#issuecomment-${id}`,
    issue_url: `${at.api}/repos/${at.repository}/issues/${number}`,
    body,
    user: userOf(at, author),
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    author_association: 'MEMBER',
    performed_via_github_app: null,
  });
}
