import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { GitHubClient } from '../api/client.ts';
import { ApiFailure } from '../api/failure.ts';
import type { GitHubWrite } from '../labels/deliver.ts';
import { below, type Source } from './issues.ts';

/** Where writes come from, and where it is said what became of them. */
export interface Outbox {
  take(repositories: readonly string[]): Promise<readonly GitHubWrite[]>;
  settle(id: string, settlement: Settlement): Promise<void>;
}

export interface Settlement {
  readonly outcome: 'done' | 'retry' | 'failed';
  readonly error?: string;
  readonly retry_after_seconds?: number;
}

/** A repository that may be written to. */
export interface Target {
  readonly source: Source;
  readonly client: GitHubClient;
}

/** GitHub asks for a second between requests that change something. Milliseconds. */
const betweenWritesMs = 1_000;

/**
 * Tells GitHub what it is to be told, in the order in which it was wanted. Where one does not get through, those behind it
 * of the same issue wait with it.
 */
export async function deliverWrites(
  outbox: Outbox,
  targets: ReadonlyMap<string, Target>,
  betweenMs = betweenWritesMs,
): Promise<void> {
  const able = [...targets]
    .filter(([, { client }]) => client.restsMs() === 0)
    .map(([repository]) => repository);
  if (able.length === 0) return;
  const stuck = new Map<string, Settlement>();
  let isFirst = true;
  for (const write of await outbox.take(able)) {
    const issue = `${write.repository}#${write.number}`;
    const target = targets.get(write.repository);
    const before = stuck.get(issue);
    if (!before && !isFirst) await pause(betweenMs);
    isFirst = false;
    const settlement = before ?? (target ? await deliver(target, write) : { outcome: 'retry' as const });
    if (settlement.outcome === 'retry') stuck.set(issue, settlement);
    await outbox.settle(write.id, settlement);
  }
}

async function deliver({ client, source }: Target, write: GitHubWrite): Promise<Settlement> {
  const issue = `${below(source)}/issues/${write.number}`;
  try {
    await send(client, issue, write);
    return { outcome: 'done' };
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    // A label that is not there is as good as removed.
    if (write.kind === 'remove_label' && error.kind === 'missing') return { outcome: 'done' };
    const isFinal = error.kind === 'missing' || error.kind === 'forbidden';
    return {
      outcome: isFinal ? 'failed' : 'retry',
      error: error.message.slice(0, 1_000),
      ...(error.waitMs === undefined ? {} : { retry_after_seconds: Math.ceil(error.waitMs / 1000) }),
    };
  }
}

async function send(
  client: GitHubClient,
  issue: string,
  { kind, label, body, attempt }: GitHubWrite,
): Promise<void> {
  switch (kind) {
    case 'add_label':
      return client.send('POST', `${issue}/labels`, { labels: [label] });
    case 'remove_label':
      return client.send('DELETE', `${issue}/labels/${encodeURIComponent(label ?? '')}`);
    case 'comment':
      // An attempt whose answer was lost may have left it.
      if (attempt > 1 && (await isThere(client, issue, body ?? ''))) return;
      return client.send('POST', `${issue}/comments`, { body });
  }
}

const Comments = z.array(z.object({ body: z.string().optional() }));

/** Whether one of the comments begins with the same marker. */
async function isThere(client: GitHubClient, issue: string, text: string): Promise<boolean> {
  const [marker = text] = text.split('\n', 1);
  for (let address: string | undefined = `${issue}/comments?per_page=100`; address !== undefined; ) {
    const { items, next }: { items: z.infer<typeof Comments>; next: string | undefined } =
      await client.readAgain(address, Comments);
    if (items.some(({ body }) => body?.startsWith(marker))) return true;
    address = next;
  }
  return false;
}
