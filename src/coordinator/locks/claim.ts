import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { Place } from '../kernel/caller.ts';
import type { Settings } from '../kernel/settings.ts';
import { overlaps } from './overlap.ts';
import { foldCase, type Target } from './path.ts';

/**
 * `unsaved`: a person's unsaved changes in an editor. `branch`: changes on an agent's branch that is not merged yet.
 * Neither is asked for, and nobody is refused one.
 */
export type LockMode = 'exclusive' | 'shared' | 'unsaved' | 'branch';

/** What one session holds, or asks for, of one target. */
export interface Claim extends Target {
  readonly mode: LockMode;
  /** Empty: everywhere. Otherwise the worktree that the claim is about, as {@link scopeOf} names it. */
  readonly scope: string;
  readonly sessionId: string;
  readonly agentId: string;
  readonly agentType: string;
  /** The branch that is checked out where it is about, as far as anybody looked. */
  readonly branch?: string | null;
}

/** A claim that was granted. */
export interface HeldLock extends Claim {
  readonly automatic: boolean;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly reason: string | null;
  /** The handoff whose receiver it waits for, where it does. */
  readonly promisedIn: string | null;
  /** Of a branch: the session that works on it, where one does. */
  readonly tiedTo: string | null;
  readonly fence: number;
  readonly acquiredAt: Date;
  readonly expiresAt: Date;
  /** How long it still holds, in milliseconds by the database's clock; not above zero once it has lapsed. */
  readonly holdsForMs: number;
}

/** A claim that waits to be granted. The claims of one request have one ticket and are granted together. */
export interface WaitingClaim extends Claim {
  readonly mode: Exclude<LockMode, 'unsaved' | 'branch'>;
  readonly request: string;
  /** Lower goes first. */
  readonly ticket: number;
  readonly waitsSince: Date;
  readonly leaseUntil: Date;
  readonly holdsForMs: number;
}

/** The scope of locks that are about one worktree on this machine. Without a worktree they hold everywhere. */
export function scopeOf(place: Pick<Place, 'worktree' | 'foldsCase'>): string {
  if (place.worktree === null) return everywhere;
  const worktree = place.foldsCase ? foldCase(place.worktree) : place.worktree;
  return createHash('sha256').update(`${hostname()}\0${worktree}`).digest('hex').slice(0, 32);
}

/** The scope of locks that hold across worktrees, branches and machines. */
export const everywhere = '';

/** What a held claim means for another one: nothing, a word of advice, or that it has to wait. */
export type Relation = 'none' | 'advises' | 'excludes';

/**
 * The rules of exclusion (coordination.md, Locks): exclusive excludes everything, shared only exclusive. What two
 * different worktrees do at their own first writes does not collide on disk but in a merge, so they advise each other.
 * A person's unsaved changes count as `locks.unsavedEditors` says. Nor does what a branch changes collide before a merge;
 * for whoever works on that branch it is no news.
 */
export function relationOf(held: Claim, asked: Claim, settings: Settings): Relation {
  if (held.sessionId === asked.sessionId || isOwnBranch(held, asked)) return 'none';
  // Typing is not asked for: it is never refused.
  if (asked.mode === 'unsaved') return 'none';
  if (held.mode === 'shared' && asked.mode === 'shared') return 'none';
  if (held.mode === 'unsaved' && settings['locks.unsavedEditors'] === 'off') return 'none';
  if (!overlaps(held, asked)) return 'none';
  if (held.mode === 'unsaved' && settings['locks.unsavedEditors'] === 'warn') return 'advises';
  if (held.mode !== 'branch' && !areApart(held.scope, asked.scope)) return 'excludes';
  return settings['locks.acrossWorktrees'] === 'exclude' ? 'excludes' : 'advises';
}

function isOwnBranch(held: Claim & Partial<Pick<HeldLock, 'tiedTo'>>, asked: Claim): boolean {
  if (held.mode !== 'branch') return false;
  return held.tiedTo === asked.sessionId || (asked.branch != null && held.branch === asked.branch);
}

/** True for two different worktrees. */
export function areApart(one: string, other: string): boolean {
  return one !== everywhere && other !== everywhere && one !== other;
}

export function isLive(lock: HeldLock): boolean {
  return lock.holdsForMs > 0;
}
