import type { Sent } from './webhook-stand.ts';

/** A label of a repository. An id is never used again. */
export interface Label {
  readonly id: number;
  readonly name: string;
}

/** What somebody does with an issue. */
export type Act =
  | { readonly does: 'opened'; readonly by: string; readonly labels: readonly Label[] }
  | { readonly does: 'labeled' | 'unlabeled'; readonly by: string; readonly label: Label }
  | { readonly does: 'closed' | 'reopened' | 'edited' | 'deleted'; readonly by: string };

interface Life {
  readonly repository: string;
  readonly number: number;
  readonly kind?: 'issues' | 'pull_request';
}

const epochMs = Date.parse('2026-11-20T08:00:00Z');

/** GitHub's clock: so many seconds after the tests' beginning of time. */
export function second(number: number): string {
  return new Date(epochMs + number * 1000).toISOString().replace('.000Z', 'Z');
}

/** The deliveries that GitHub makes of an issue's life, in their order; acts that would change nothing make none. */
export function livesOf(
  { repository, number, kind = 'issues' }: Life,
  acts: readonly (Act & { readonly at: number })[],
): readonly Sent[] {
  let labels: readonly Label[] = [];
  let state: 'open' | 'closed' = 'open';
  let isGone = false;
  const created = acts[0]?.at ?? 0;
  const sent: Sent[] = [];
  for (const act of acts) {
    const bears = 'label' in act && labels.some(({ id }) => id === act.label.id);
    if (isGone || (act.does === 'labeled' && bears) || (act.does === 'unlabeled' && !bears)) continue;
    if (
      (act.does === 'closed') === (state === 'closed') &&
      (act.does === 'closed' || act.does === 'reopened')
    )
      continue;
    if (act.does === 'reopened' && state === 'open') continue;
    if (act.does === 'opened') labels = act.labels;
    if (act.does === 'labeled') labels = [...labels, act.label];
    if (act.does === 'unlabeled') labels = labels.filter(({ id }) => id !== act.label.id);
    if (act.does === 'closed') state = 'closed';
    if (act.does === 'reopened') state = 'open';
    if (act.does === 'deleted') isGone = true;
    const thing = {
      number,
      title: `Number ${number}`,
      body: 'Please do it.',
      state,
      html_url: `https://github.com/${repository}/issues/${number}`,
      user: { login: 'author' },
      labels,
      created_at: second(created),
      updated_at: second(act.at),
    };
    sent.push({
      event: kind,
      payload: {
        action: act.does,
        [kind === 'issues' ? 'issue' : 'pull_request']: thing,
        ...('label' in act ? { label: act.label } : {}),
        ...about(repository, act.by),
      },
    });
  }
  return sent;
}

/** The delivery of a label that was taken out of its repository. It bears no time. */
export function labelDeleted(repository: string, label: Label, by = 'maintainer'): Sent {
  return { event: 'label', payload: { action: 'deleted', label, ...about(repository, by) } };
}

/** What every payload says of where it comes from and whose doing it is. */
export function about(repository: string, by: string, pages = 'https://github.com'): object {
  return {
    repository: { full_name: repository, html_url: `${pages}/${repository}` },
    sender: { login: by },
  };
}
