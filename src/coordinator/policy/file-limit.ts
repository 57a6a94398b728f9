import type { Queryable } from '../database/port.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { Inspector } from '../kernel/guard.ts';
import { saysNo } from '../kernel/operation.ts';
import type { KnownPassage } from '../kernel/passage.ts';
import { writtenPaths } from '../locks/inspector.ts';
import type { ChangedFiles } from '../profiles/changed-files.ts';
import type { Profiles } from '../profiles/profiles.ts';

/**
 * Refuses a tool call that would change more files than the session's profile allows. It sees what a command was found
 * to touch, which the authorize step cannot know yet.
 */
export function createFileLimit(profiles: Profiles, changedFiles: ChangedFiles): Inspector {
  return async (passage, _intent, db) => {
    const { caller, place, touched } = passage;
    if (caller.kind !== 'agent') return [];
    const { profile } = await profiles.of(db, place.project.id, caller);
    const most = profile.max_file_modifications;
    if (most === null) return [];
    const paths = await writtenPaths(touched, place);
    if (paths.length === 0) return [];
    const spender = { projectId: place.project.id, sessionId: caller.sessionId };
    const count = await changedFiles.countWith(db, spender, paths, most);
    if (count <= most) return [];
    throw new InterlockError(
      'resource_limit_exceeded',
      `${passage.operation.name} was refused: with it the session would have changed ${count} files, and the profile ${profile.name} allows ${most}.`,
      {
        next: 'Hand the rest over to another session, or ask the person at the editor for more.',
        params: { limit: 'max_file_modifications', most, profile: profile.name },
      },
    );
  };
}

/** Counts the files that an act changed, in its own transaction. */
export async function countChangedFiles(
  tx: Queryable,
  { operation, caller, input, place, touched, output }: KnownPassage & { output?: unknown },
  changedFiles: ChangedFiles,
): Promise<void> {
  if (caller.kind !== 'agent' || saysNo(output)) return;
  const changes = [...(operation.changes?.(input, place) ?? []), ...(await writtenPaths(touched, place))];
  if (changes.length === 0) return;
  await changedFiles.changed(tx, { projectId: place.project.id, sessionId: caller.sessionId }, changes);
}
