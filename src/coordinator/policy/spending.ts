import type { Queryable } from '../database/port.ts';
import type { AgentCaller } from '../kernel/caller.ts';
import type { KnownPassage } from '../kernel/passage.ts';
import type { ChangedFiles } from '../profiles/changed-files.ts';
import type { Resolved } from '../profiles/profile.ts';
import type { Usage, UsageBook } from '../profiles/usage.ts';
import type { Spent } from './judge.ts';

/** What counts for a call that is bound to no limit. */
const nothing: Usage = { calls: 0, executionMs: 0, violations: 0 };

export interface Counters {
  readonly usage: UsageBook;
  readonly changedFiles: ChangedFiles;
}

/**
 * Counts a call of an agent against the limits of its profile, or only looks whether it would be within them. What is
 * one's own affair is bound to no limit: whoever has used up everything can still give back what it holds.
 */
export async function spend(
  db: Queryable,
  { usage, changedFiles }: Counters,
  { operation, input, place }: Pick<KnownPassage, 'operation' | 'input' | 'place'>,
  caller: AgentCaller,
  { profile }: Resolved,
  how: 'enter' | 'look',
): Promise<Spent> {
  if (operation.ownAffair) return { usage: nothing, usedUp: null };
  const spender = { projectId: place.project.id, sessionId: caller.sessionId };
  const { max_api_calls_per_hour: calls, max_execution_time_seconds: seconds } = profile;
  const entry = await usage[how](db, spender, {
    calls,
    executionMs: seconds === null ? null : seconds * 1_000,
    violationMinutes: place.project.settings['risk.windowMinutes'],
  });
  const most = profile.max_file_modifications;
  const changes = most === null ? [] : (operation.changes?.(input, place) ?? []);
  if (entry.usedUp !== null || most === null || changes.length === 0) return entry;
  const tooMany = (await changedFiles.countWith(db, spender, changes, most)) > most;
  return { usage: entry.usage, usedUp: tooMany ? 'max_file_modifications' : null };
}
