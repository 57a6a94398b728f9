import type { Settings } from '../kernel/settings.ts';
import { type Claim, type HeldLock, relationOf, type WaitingClaim } from './claim.ts';

/** What one call asks for: all its claims or none. */
export interface LockRequest {
  readonly sessionId: string;
  readonly claims: readonly Claim[];
  /** Its place in the queue; Infinity for one that has none. */
  readonly ticket: number;
}

/** What stands between a request and its locks. */
export interface Standing {
  /** Live locks of others that exclude a claim of it. */
  readonly blockedBy: readonly HeldLock[];
  /** Waiting claims of others that came first. */
  readonly behind: readonly WaitingClaim[];
  /** True where one that blocks it waits, in the end, for what this request's own session holds: waiting would never end. */
  readonly deadlocked: boolean;
}

/**
 * Judges a request against all live locks and waiting claims that concern it or anyone who waits. First come, first
 * served, with one exception: a session need not queue behind those who wait for what it holds itself, since they
 * cannot go on before it does.
 */
export function standingOf(
  asked: LockRequest,
  locks: readonly HeldLock[],
  waiting: readonly WaitingClaim[],
  settings: Settings,
): Standing {
  const requests = requestsOf(waiting);
  const excludesAny = (first: Claim, request: LockRequest) =>
    request.claims.some(claim => relationOf(first, claim, settings) === 'excludes');
  const blockersOf = (request: LockRequest) => locks.filter(lock => excludesAny(lock, request));
  const aheadOf = (request: LockRequest) =>
    requests.filter(
      other => other.ticket < request.ticket && other.claims.some(first => excludesAny(first, request)),
    );

  const waitsForAsker = (request: LockRequest, seen: Set<LockRequest>): boolean => {
    if (seen.has(request)) return false;
    seen.add(request);
    return (
      blockersOf(request).some(
        lock => lock.sessionId === asked.sessionId || sessionWaitsForAsker(lock.sessionId, seen),
      ) || aheadOf(request).some(other => waitsForAsker(other, seen))
    );
  };
  const sessionWaitsForAsker = (sessionId: string, seen: Set<LockRequest>): boolean =>
    requests.some(request => request.sessionId === sessionId && waitsForAsker(request, seen));

  const blockedBy = blockersOf(asked);
  const behind = aheadOf(asked).filter(request => !waitsForAsker(request, new Set()));
  return {
    blockedBy,
    behind: behind.flatMap(request => request.claims.filter(first => excludesAny(first, asked))),
    deadlocked: blockedBy.some(lock => sessionWaitsForAsker(lock.sessionId, new Set())),
  };
}

interface WaitingRequest extends LockRequest {
  readonly claims: readonly WaitingClaim[];
}

function requestsOf(waiting: readonly WaitingClaim[]): readonly WaitingRequest[] {
  const byTicket = new Map<number, WaitingClaim[]>();
  for (const claim of waiting) byTicket.set(claim.ticket, [...(byTicket.get(claim.ticket) ?? []), claim]);
  return [...byTicket].map(([ticket, claims]) => ({ ticket, claims, sessionId: claims[0]?.sessionId ?? '' }));
}
