import type { Queryable } from '../database/port.ts';
import type { Project } from '../kernel/caller.ts';
import { type Claim, type HeldLock, isLive, relationOf } from './claim.ts';
import { type LockRequest, type Standing, standingOf } from './queue.ts';
import { readSurroundings } from './store.ts';
import { requestOf, type Wish } from './waiting.ts';

/** How a wish stands at this moment. What it says lasts as long as the turn of the transaction it was read in. */
export interface Attempt {
  readonly request: LockRequest;
  readonly standing: Standing;
  /** Live locks of the session itself that may overlap what it wishes. */
  readonly own: readonly HeldLock[];
  /** Locks of the session that lapsed and that it did not release. */
  readonly lapsed: readonly HeldLock[];
  /** Live locks of others that do not exclude the wish, and are worth knowing about. */
  readonly advising: readonly HeldLock[];
  /** Whether the session waits for this wish already. */
  readonly queued: boolean;
}

/** Reads what concerns a wish and judges it. Changes nothing. */
export async function judge(queryable: Queryable, project: Project, wish: Wish): Promise<Attempt> {
  const { sessionId } = wish.holder;
  const claims = claimsOf(wish);
  const bases = claims.map(claim => claim.base);
  let around = await readSurroundings(queryable, project.id, sessionId, bases);
  const others = around.waiting.filter(claim => claim.sessionId !== sessionId);
  if (others.length > 0) {
    // Who goes first depends on what those who wait are waiting for.
    around = await readSurroundings(queryable, project.id, sessionId, [
      ...bases,
      ...others.map(claim => claim.base),
    ]);
  }
  const id = requestOf(wish);
  const place = around.waiting.find(claim => claim.sessionId === sessionId && claim.request === id);
  const request = { sessionId, claims, ticket: place?.ticket ?? Number.POSITIVE_INFINITY };
  const live = around.locks.filter(isLive);
  return {
    request,
    standing: standingOf(request, live, around.waiting, project.settings),
    own: live.filter(lock => lock.sessionId === sessionId),
    lapsed: around.locks.filter(lock => !isLive(lock) && lock.sessionId === sessionId),
    advising: live.filter(lock =>
      claims.some(claim => relationOf(lock, claim, project.settings) === 'advises'),
    ),
    queued: place !== undefined,
  };
}

function claimsOf({ holder, targets, mode, scope, branch }: Wish): readonly Claim[] {
  // Field by field: a caller has a `kind` as well, which is not that of the target.
  const { sessionId, agentId, agentType } = holder;
  return targets.map(target => ({ ...target, sessionId, agentId, agentType, mode, scope, branch }));
}
