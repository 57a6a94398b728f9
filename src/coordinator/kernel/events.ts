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
  /** Small facts that save a reader the query: who, which code. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
}

export type Listener = (event: CoordinatorEvent) => void;

/** The one Postgres channel on which events travel between coordinators. */
export const eventChannel = 'interlock_events';

/** Fans events out to whoever listens in this process: open event streams, waiting operations, caches. */
export interface EventBus {
  publish(event: CoordinatorEvent): void;
  /** Calls the listener for every event until the returned function is called. */
  subscribe(listener: Listener): () => void;
}

/** A listener that throws must not keep the others from hearing: its error goes to `onError`. */
export function createEventBus(onError: (error: unknown) => void): EventBus {
  const listeners = new Set<Listener>();
  return {
    publish(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          onError(error);
        }
      }
    },
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
