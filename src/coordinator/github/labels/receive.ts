import { ZodError } from 'zod';
import type { Database } from '../../database/port.ts';
import type { Corridor } from '../../kernel/corridor.ts';
import { InterlockError } from '../../kernel/errors.ts';
import { projectOfRepository } from '../../projects/by-origin.ts';
import { type FollowedEvent, followedEvents, type Told, toldBy } from './from-webhook.ts';
import { recordGitHubItems } from './record-items.ts';

/** A delivery whose signature is good. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
  /** The projects for which its secret was lent; absent: it is good for every one. */
  readonly projects?: readonly string[];
}

/** What is answered to GitHub, and shown there in the list of deliveries. */
export interface Received {
  readonly event: string;
  /** repeated: it came before, and nothing was done. ignored: nothing follows from events of that kind. */
  readonly outcome: 'pong' | 'ignored' | 'recorded' | 'repeated';
}

export interface ReceiveServices {
  readonly database: Database;
  readonly corridor: Corridor;
}

/**
 * Writes down what a delivery says, in the project that its repository belongs to. What follows from it is done after the
 * answer, since GitHub waits ten seconds and no longer.
 * @throws InterlockError `invalid_input` where the payload is not as GitHub describes it; `repository_unknown`.
 */
export async function receiveDelivery(
  { database, corridor }: ReceiveServices,
  { id, event, payload, projects }: Delivery,
): Promise<Received> {
  if (event === 'ping') return { event, outcome: 'pong' };
  if (!isFollowed(event)) return { event, outcome: 'ignored' };
  const told = read(event, payload);
  const projectId = await projectOfRepository(database, told.repository);
  // In the same words, so that whoever has the secret of one project does not learn which others there are.
  if (projectId === undefined || projects?.includes(projectId) === false) throw unknown(told.repository);
  const { repository, items, facts, deletedLabels, branches, action, login } = told;
  const answer = (await corridor.walk({
    operation: recordGitHubItems,
    input: {
      repository,
      delivery: { id, event, action, login },
      items,
      facts,
      deleted_labels: deletedLabels,
      branches,
    },
    credential: { kind: 'system', name: 'github webhook', projectId },
    door: 'http',
    cwd: null,
  })) as { readonly known: boolean };
  return { event, outcome: answer.known ? 'repeated' : 'recorded' };
}

function isFollowed(event: string): event is FollowedEvent {
  return (followedEvents as readonly string[]).includes(event);
}

function read(event: FollowedEvent, payload: unknown): Told {
  try {
    return toldBy(event, payload);
  } catch (cause) {
    if (!(cause instanceof ZodError)) throw cause;
    const problems = cause.issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new InterlockError(
      'invalid_input',
      `The payload is not what GitHub sends for ${event}. ${problems.join('; ')}.`,
      { next: 'Nothing was written down. Redeliver it, or report it.', params: { problems }, cause },
    );
  }
}

function unknown(repository: string): InterlockError {
  return new InterlockError(
    'repository_unknown',
    `No project here has its origin at ${repository}. Nothing was written down.`,
    {
      next: 'Call Interlock once from a clone of it (interlock status), or take the webhook away from that repository.',
      params: { repository },
    },
  );
}
