import type { Queryable } from '../database/port.ts';
import type { EventBus } from '../kernel/events.ts';
import { remember } from '../kernel/remembered.ts';
import { type Resolved, resolve, type Subject } from './profile.ts';
import { builtinBook } from './seeded.ts';
import { readBook } from './store.ts';

/** How long profiles are believed although no change was heard, in milliseconds (safety.md, Policy engines: Sync). */
const believedMs = 300_000;

/** Finds the profile of a session, without asking the database again until something changes. */
export interface Profiles {
  of(db: Queryable, projectId: string, subject: Subject): Promise<Resolved>;
}

/** @param onTrouble hears why the profiles could not be read: those of the code, or the last known, are in force then. */
export function createProfiles(
  bus: EventBus,
  monotonicMs: () => number,
  onTrouble: (error: unknown | undefined) => void,
): Profiles {
  const books = remember({
    bus,
    topics: ['profile'],
    atMostMs: believedMs,
    monotonicMs,
    read: readBook,
    builtin: builtinBook,
    onTrouble,
  });
  return {
    async of(db, projectId, subject) {
      return resolve(await books.of(db, projectId), subject);
    },
  };
}
