import type { Place } from '../kernel/caller.ts';
import type { Inspector } from '../kernel/guard.ts';
import type { PathIntent } from '../kernel/intent.ts';
import { repositoryPath } from './repository-path.ts';
import { peekWrites } from './writes.ts';

/**
 * Looks whether the files that a call would write, move or delete are free, so that nobody is asked to approve what a
 * lock forbids anyway. The lock itself is taken in the act.
 */
export const inspectLocks: Inspector = async ({ caller, place, touched }, _intent, db) => {
  if (caller.kind !== 'agent' || place.project.settings['locks.onWrite'] === 'off') return [];
  const paths = await writtenPaths(touched, place);
  if (paths.length === 0) return [];
  const { refusal, asks } = await peekWrites(db, caller, place, paths);
  // A loss is told once, in the act, which writes down that it was told.
  if (refusal && refusal.code !== 'stale_fence') throw refusal;
  return asks;
};

/** Those of the touched files that are written and lie in the repository, relative to the worktree, each once. */
export async function writtenPaths(touched: readonly PathIntent[], place: Place): Promise<readonly string[]> {
  const written = [...new Set(touched.filter(({ access }) => access !== 'read').map(({ path }) => path))];
  const located = await Promise.all(written.map(path => repositoryPath(path, place)));
  return [...new Set(located.filter(path => path !== 'outside'))];
}
