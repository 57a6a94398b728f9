import type { Queryable } from '../database/port.ts';
import type { Place } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type HeldLock, isLive, relationOf, scopeOf } from './claim.ts';
import { distinct } from './input.ts';
import { overlaps } from './overlap.ts';
import { fileTarget, type Standpoint, type Target } from './path.ts';
import { readSurroundings } from './store.ts';

/** Asks in pieces of this size, so that a change of ten thousand files is no statement of a megabyte. */
const pathsAtOnce = 500;

/**
 * The live locks that keep a session from changing these files in its worktree. Unsaved changes in an editor are not
 * among them: they concern what is on disk, and not what goes into git.
 * @param sessionId whose own locks are none in the way; null for somebody without a session.
 * @param paths relative to the worktree.
 */
export async function locksInTheWay(
  queryable: Queryable,
  place: Place,
  sessionId: string | null,
  paths: readonly string[],
): Promise<readonly HeldLock[]> {
  const scope = scopeOf(place);
  const targets = distinct(paths.map(path => nearestTarget(path, place)));
  const found = new Map<string, HeldLock>();
  for (let start = 0; start < targets.length; start += pathsAtOnce) {
    const asked = targets.slice(start, start + pathsAtOnce);
    const bases = asked.map(target => target.base);
    const { locks } = await readSurroundings(queryable, place.project.id, sessionId, bases);
    const claims = asked.map(target => ({
      ...target,
      ...nobody,
      sessionId: sessionId ?? '',
      scope,
      branch: place.branch,
    }));
    for (const lock of locks.filter(lock => isLive(lock) && lock.mode !== 'unsaved')) {
      if (claims.some(claim => relationOf(lock, claim, place.project.settings) === 'excludes'))
        found.set(JSON.stringify([lock.sessionId, lock.kind, lock.key, lock.scope]), lock);
    }
  }
  return [...found.values()];
}

/** The first of the paths that the lock is about. */
export function pathUnder(lock: HeldLock, paths: readonly string[], place: Place): string | undefined {
  return paths.find(path => overlaps(lock, nearestTarget(path, place)));
}

const nobody = { agentId: '', agentType: '', mode: 'exclusive' } as const;

/** The file; where no lock can name it, the folder that holds it. */
export function nearestTarget(path: string, place: Standpoint): Target {
  try {
    return fileTarget(path, place);
  } catch (error) {
    if (!(error instanceof InterlockError)) throw error;
    const slash = path.lastIndexOf('/');
    return slash < 0 ? fileTarget('.', place) : nearestTarget(path.slice(0, slash), place);
  }
}
