import { z } from 'zod';
import { InterlockError } from '../kernel/errors.ts';
import type { Claim, HeldLock, WaitingClaim } from './claim.ts';
import { covers, overlaps } from './overlap.ts';
import type { Target } from './path.ts';
import type { LockRequest, Standing } from './queue.ts';

/** Who stands in the way, as callers are told. */
export const Obstacle = z.object({
  file_path: z.string().describe('What you asked for.'),
  lock_path: z.string().describe('What the other holds: the same, or a folder or pattern that overlaps it.'),
  locked_by: z.string().describe('Agent id of the holder.'),
  agent_type: z.string().describe('“person” where somebody has unsaved changes in an editor.'),
  session_id: z.uuid(),
  locked_at: z.string(),
  expires_at: z.string(),
  lock_reason: z.string().nullable(),
});

/** The answer to a call that did not get its locks. Nothing was changed. */
export const LockedByOther = Obstacle.extend({
  success: z.literal(false),
  reason: z.literal('locked_by_other'),
  suggestion: z.string(),
  also_blocked: z
    .array(Obstacle)
    .optional()
    .describe('Further locks in the way, where several paths were asked for.'),
});

/** The answer to a call for paths that are free, or shared, and that others have been waiting for. */
export const OthersWaiting = z.object({
  success: z.literal(false),
  reason: z.literal('others_waiting'),
  file_path: z.string(),
  queue: z.array(z.object({ agent_id: z.string(), session_id: z.uuid(), waits_since: z.string() })),
  suggestion: z.string(),
});

type Refused = z.infer<typeof LockedByOther> | z.infer<typeof OthersWaiting>;

/** How many obstacles beside the first one a refusal names. */
const mostFurther = 10;

/** Says what stands in the way of a request and what to do about it. */
export function refused(asked: LockRequest, standing: Standing, waited: boolean): Refused {
  const [first, ...further] = standing.blockedBy;
  if (!first) return behindOthers(asked, standing.behind);
  return {
    success: false,
    reason: 'locked_by_other',
    ...obstacleOf(first, asked.claims),
    suggestion: suggestionFor(first, asked, { waited, deadlocked: standing.deadlocked }),
    ...(further.length === 0
      ? {}
      : { also_blocked: further.slice(0, mostFurther).map(lock => obstacleOf(lock, asked.claims)) }),
  };
}

/** The same as an error, for calls whose answer is not about a lock: a write that a hook asks about. */
export function refusalError(asked: LockRequest, standing: Standing): InterlockError {
  const { suggestion, ...params } = refused(asked, standing, false);
  const [first] = standing.blockedBy;
  const [firstBehind] = standing.behind;
  const what = first
    ? `${narrowerOf(first, asked.claims)} is ${sentence(first)}`
    : `${params.file_path} is wanted by ${firstBehind?.agentId}, who has been waiting for it since ${firstBehind?.waitsSince.toISOString()}`;
  return new InterlockError('locked_by_other', `${what}.`, { next: suggestion, params, retryable: true });
}

/** `locked by codex since … until … (“refactoring”)` */
function sentence(lock: HeldLock): string {
  const held = lock.mode === 'unsaved' ? 'open with unsaved changes by' : 'locked by';
  const why = lock.reason === null ? '' : ` (“${lock.reason}”)`;
  return `${held} ${lock.agentId} since ${lock.acquiredAt.toISOString()}, until ${lock.expiresAt.toISOString()}${why}`;
}

/** @param asked the targets that were asked for, one of which the lock overlaps. */
export function obstacleOf(lock: HeldLock, asked: readonly Target[]): z.infer<typeof Obstacle> {
  return {
    file_path: pathOf(lock, asked),
    lock_path: lock.path,
    locked_by: lock.agentId,
    agent_type: lock.agentType,
    session_id: lock.sessionId,
    locked_at: lock.acquiredAt.toISOString(),
    expires_at: lock.expiresAt.toISOString(),
    lock_reason: lock.reason,
  };
}

function behindOthers(asked: LockRequest, behind: readonly WaitingClaim[]): Refused {
  const [first] = behind;
  if (!first) throw new Error('a request was refused although nothing is in its way');
  const waiters = new Map(behind.map(claim => [claim.ticket, claim]));
  return {
    success: false,
    reason: 'others_waiting',
    file_path: pathOf(first, asked.claims),
    queue: [...waiters.values()].map(claim => ({
      agent_id: claim.agentId,
      session_id: claim.sessionId,
      waits_since: claim.waitsSince.toISOString(),
    })),
    suggestion:
      'Call acquire_lock with wait_seconds (at most 300) to queue behind them, or work on another file.',
  };
}

function suggestionFor(
  lock: HeldLock,
  asked: LockRequest,
  { waited, deadlocked }: { readonly waited: boolean; readonly deadlocked: boolean },
): string {
  if (lock.promisedIn !== null) {
    return `It waits for the receiver of a handoff by ${lock.agentId}: read_handoff shows it. If that is you, call accept_handoff with handoff_id ${lock.promisedIn}; otherwise work on another file.`;
  }
  if (lock.mode === 'unsaved') {
    return `Ask ${lock.agentId} to save or close ${narrowerOf(lock, asked.claims)} in the editor, then try again.`;
  }
  if (deadlocked) {
    return `${lock.agentId} is waiting for what you hold, so you would wait for each other: release it first (check_locks shows who waits), or work on another file.`;
  }
  if (waited) {
    return `It was not freed while you waited: work on another file and come back, or ask ${lock.agentId} to release it.`;
  }
  return `Work on another file, or call acquire_lock with wait_seconds (at most 300) to wait your turn; ${lock.agentId} frees it with release_lock.`;
}

/** What both are about: the file that is held where a command touches a folder, the file asked for where a folder is held. */
function narrowerOf(lock: HeldLock, asked: readonly Target[]): string {
  return asked.some(own => covers(own, lock)) ? lock.path : pathOf(lock, asked);
}

/** The path that was asked for and that the other claim overlaps. */
function pathOf(claim: Claim, asked: readonly Target[]): string {
  return asked.find(own => overlaps(own, claim))?.path ?? claim.path;
}
