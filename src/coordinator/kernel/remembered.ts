import type { Queryable } from '../database/port.ts';
import { type EventBus, isAbout } from './events.ts';

/** What is known of each project without asking the database again, until something says that it changed. */
export interface Remembered<Value> {
  /**
   * Reads from `db` what is not known. Those who ask at the same time share the reading, except in a transaction: what others
   * read may stand in line behind it, and what it reads itself may be rolled back.
   */
  of(db: Queryable, projectId: string): Promise<Value>;
}

export interface Remembering<Value> {
  readonly bus: EventBus;
  /** Events on these topics, or below them, make a project’s value be read again. */
  readonly topics: readonly string[];
  /** The longest that a value is believed although nothing was heard, in milliseconds: events may get lost. */
  readonly atMostMs: number;
  readonly monotonicMs: () => number;
  read(db: Queryable, projectId: string): Promise<Value>;
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
  const current = new Map<string, Reading<Value>>();
  const lastRead = new Map<string, Value>();
  let inTrouble = false;
  how.bus.subscribe(event => {
    if (event.topic === 'events.gap') current.clear();
    else if (isAbout(event, how.topics)) current.delete(event.project);
  });

  async function readNow(db: Queryable, projectId: string): Promise<Value> {
    try {
      const value = await how.read(db, projectId);
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
    async of(db, projectId) {
      const known = current.get(projectId);
      const now = how.monotonicMs();
      const isFresh = known !== undefined && now - known.at < how.atMostMs;
      if (isFresh && known.read) return known.read.value;
      if (db.isTransaction) return readNow(db, projectId);
      if (isFresh) return known.value;
      const reading: Reading<Value> = { value: readNow(db, projectId), at: now };
      current.set(projectId, reading);
      const value = await reading.value;
      reading.read = { value };
      return value;
    },
  };
}

interface Reading<Value> {
  readonly value: Promise<Value>;
  readonly at: number;
  /** There when it has ended. */
  read?: { readonly value: Value };
}
