import { type EventBus, isAbout } from './events.ts';

/** What is known of each project without asking the database again, until something says that it changed. */
export interface Remembered<Value> {
  of(projectId: string): Promise<Value>;
}

export interface Remembering<Value> {
  readonly bus: EventBus;
  /** Events on these topics, or below them, make a project’s value be read again. */
  readonly topics: readonly string[];
  /** The longest that a value is believed although nothing was heard, in milliseconds: events may get lost. */
  readonly atMostMs: number;
  readonly monotonicMs: () => number;
  read(projectId: string): Promise<Value>;
  /** What holds while nothing could be read. What was read before is kept, if there is anything. */
  readonly builtin: Value;
  /** Hears why a value could not be read, and that it can be again. */
  onTrouble(error: unknown | undefined): void;
}

/**
 * A change that this process makes is in force with the next call, since its events are heard as soon as it is
 * committed; one made elsewhere as soon as the database has told it.
 */
export function remember<Value>(how: Remembering<Value>): Remembered<Value> {
  const current = new Map<string, { readonly value: Promise<Value>; readonly at: number }>();
  const lastRead = new Map<string, Value>();
  let inTrouble = false;
  how.bus.subscribe(event => {
    if (event.topic === 'events.gap') current.clear();
    else if (isAbout(event, how.topics)) current.delete(event.project);
  });

  async function readNow(projectId: string): Promise<Value> {
    try {
      const value = await how.read(projectId);
      lastRead.set(projectId, value);
      if (inTrouble) how.onTrouble(undefined);
      inTrouble = false;
      return value;
    } catch (error) {
      current.delete(projectId);
      inTrouble = true;
      how.onTrouble(error);
      return lastRead.get(projectId) ?? how.builtin;
    }
  }

  return {
    of(projectId) {
      const known = current.get(projectId);
      const now = how.monotonicMs();
      if (known && now - known.at < how.atMostMs) return known.value;
      const value = readNow(projectId);
      current.set(projectId, { value, at: now });
      return value;
    },
  };
}
