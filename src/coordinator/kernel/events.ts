import { randomBytes } from 'node:crypto';

/**
 * Something that changed, told after the change is committed. An event names what changed so that whoever is
 * interested reads it again; it carries no content that the reader might not be allowed to see.
 */
export interface CoordinatorEvent {
  readonly project: string;
  /** What kind of thing changed, in the words of the operation: `lock.acquired`, `approval.requested`. */
  readonly topic: string;
  /** The id or path of what changed. */
  readonly subject: string;
  /** Tells the echo of an event of this process from those of others. */
  readonly id?: string;
  /** Small facts that save a reader the query: who, which code. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
}

export type Listener = (event: CoordinatorEvent) => void;

/** The one Postgres channel on which events travel between coordinators. */
export const eventChannel = 'interlock_events';

/**
 * Fans events out to whoever listens in this process: open event streams, waiting operations, caches. What this process
 * did is heard as soon as it is committed, so that the next call already sees it; the database tells the others.
 */
export interface EventBus {
  /** The event with an id, for an act that will `publish` it once it is committed. */
  stamp(event: CoordinatorEvent): CoordinatorEvent;
  publish(event: CoordinatorEvent): void;
  /** Takes an event that the database told: one that this process publishes itself is not told twice, whichever comes first. */
  hear(event: CoordinatorEvent): void;
  /** Calls the listener for every event until the returned function is called. */
  subscribe(listener: Listener): () => void;
}

/** As many own events as may have come one of their two ways, before the oldest is forgotten and might be told twice. */
const mostEchoes = 10_000;

/** A listener that throws must not keep the others from hearing: its error goes to `onError`. */
export function createEventBus(onError: (error: unknown) => void): EventBus {
  const listeners = new Set<Listener>();
  const heardOnce = new Set<string>();
  const instance = randomBytes(6).toString('base64url');
  let stamped = 0;

  const deliver = (event: CoordinatorEvent): void => {
    for (const listener of [...listeners]) {
      try {
        listener(event);
      } catch (error) {
        onError(error);
      }
    }
  };
  /** An own event comes two ways, and the embedded database tells it before the act that did it publishes it. */
  const deliverOnce = (event: CoordinatorEvent): void => {
    const own = event.id?.startsWith(`${instance}.`) ? event.id : undefined;
    if (own !== undefined && heardOnce.delete(own)) return;
    if (own !== undefined) heardOnce.add(own);
    for (const oldest of heardOnce) {
      if (heardOnce.size <= mostEchoes) break;
      heardOnce.delete(oldest);
    }
    deliver(event);
  };
  return {
    stamp: event => ({ ...event, id: `${instance}.${++stamped}` }),
    publish: deliverOnce,
    hear: deliverOnce,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** True where the event's topic is one of `topics`, or lies below one (`lock` covers `lock.released`). */
export function isAbout(event: CoordinatorEvent, topics: readonly string[]): boolean {
  return topics.some(topic => event.topic === topic || event.topic.startsWith(`${topic}.`));
}

/** What travels in a NOTIFY payload. Postgres allows 8,000 bytes; subjects are cut long before that. */
export function encodeEvent(event: CoordinatorEvent): string {
  return JSON.stringify({ ...event, subject: event.subject.slice(0, 1024) });
}

/** Undefined where the payload is not one of ours: another program may use the same channel name. */
export function decodeEvent(payload: string): CoordinatorEvent | undefined {
  try {
    const value: unknown = JSON.parse(payload);
    if (typeof value !== 'object' || value === null) return undefined;
    const { project, topic, subject } = value as Partial<CoordinatorEvent>;
    if (typeof project !== 'string' || typeof topic !== 'string' || typeof subject !== 'string')
      return undefined;
    return value as CoordinatorEvent;
  } catch {
    return undefined;
  }
}
