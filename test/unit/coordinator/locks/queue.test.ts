import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../../src/coordinator/kernel/settings.ts';
import {
  type Claim,
  everywhere,
  type HeldLock,
  relationOf,
  type WaitingClaim,
} from '../../../../src/coordinator/locks/claim.ts';
import { parseTarget } from '../../../../src/coordinator/locks/path.ts';
import { type LockRequest, standingOf } from '../../../../src/coordinator/locks/queue.ts';

interface Wanted {
  readonly session: string;
  readonly path: string;
  readonly mode: 'exclusive' | 'shared';
}

const claimOf = ({ session, path, mode }: Wanted): Claim & { mode: 'exclusive' | 'shared' } => ({
  ...parseTarget(path, { worktree: null, foldsCase: false }),
  sessionId: session,
  agentId: session,
  agentType: 'codex',
  mode,
  scope: everywhere,
});

const held = (wanted: Wanted, fence: number): HeldLock => ({
  ...claimOf(wanted),
  automatic: false,
  worktree: null,
  branch: null,
  reason: null,
  promisedIn: null,
  tiedTo: null,
  fence,
  acquiredAt: new Date(0),
  expiresAt: new Date(1),
  holdsForMs: 1,
});

const waits = (wanted: Wanted, ticket: number): WaitingClaim => ({
  ...claimOf(wanted),
  request: String(ticket),
  ticket,
  waitsSince: new Date(0),
  leaseUntil: new Date(1),
  holdsForMs: 1,
});

const wanted: fc.Arbitrary<Wanted> = fc.record({
  session: fc.constantFrom('ada', 'bob', 'cleo', 'dan'),
  path: fc.constantFrom('a', 'b', 'd', 'd/a', 'd/*', '**'),
  mode: fc.constantFrom('exclusive' as const, 'shared' as const),
});

/** Locks of which none excludes another, as they can be held at the same time. */
const someHeld = fc
  .array(wanted, { maxLength: 4 })
  .map(list =>
    list
      .map(held)
      .filter((lock, n, locks) =>
        locks.slice(0, n).every(other => relationOf(other, lock, defaultSettings) === 'none'),
      ),
  );

/** Requests of one or two claims each, by their tickets. */
const someWaiting = fc
  .array(fc.tuple(wanted, fc.option(wanted)), { maxLength: 5 })
  .map(list =>
    list.flatMap(([first, second], ticket) =>
      [first, second && { ...second, session: first.session }].flatMap(one =>
        one ? [waits(one, ticket)] : [],
      ),
    ),
  );

const requestOf = (claims: readonly Claim[], ticket: number): LockRequest => ({
  sessionId: claims[0]?.sessionId ?? '',
  claims,
  ticket,
});

const inQueue = (waiting: readonly WaitingClaim[]): readonly LockRequest[] =>
  [...new Set(waiting.map(claim => claim.ticket))].map(ticket =>
    requestOf(
      waiting.filter(claim => claim.ticket === ticket),
      ticket,
    ),
  );

const excludes = (one: readonly Claim[], other: readonly Claim[]) =>
  one.some(a => other.some(b => relationOf(a, b, defaultSettings) === 'excludes'));

describe('in the queue', () => {
  test('somebody can always go on when nothing is held', () => {
    fc.assert(
      fc.property(someWaiting, waiting => {
        fc.pre(waiting.length > 0);
        const free = inQueue(waiting).filter(request => {
          const { blockedBy, behind } = standingOf(request, [], waiting, defaultSettings);
          return blockedBy.length === 0 && behind.length === 0;
        });
        expect(free.length).toBeGreaterThan(0);
      }),
    );
  });

  test('nobody goes on past what excludes it, and past those before it only if they wait for its own session', () => {
    fc.assert(
      fc.property(
        someHeld,
        someWaiting,
        fc.array(wanted, { minLength: 1, maxLength: 2 }),
        (locks, waiting, list) => {
          const claims = list.map(one => claimOf({ ...one, session: 'ada' }));
          const { blockedBy, behind } = standingOf(
            requestOf(claims, Number.POSITIVE_INFINITY),
            locks,
            waiting,
            defaultSettings,
          );
          expect(blockedBy).toEqual(locks.filter(lock => excludes([lock], claims)));
          const passed = inQueue(waiting).filter(
            request =>
              excludes(request.claims, claims) && !behind.some(claim => claim.ticket === request.ticket),
          );
          // With nothing in its hands nobody can wait for it.
          if (!locks.some(lock => lock.sessionId === 'ada')) expect(passed).toEqual([]);
          for (const claim of behind) expect(excludes([claim], claims)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('where everybody holds something and waits for another’s, somebody is told that it would never end', () => {
    const sessions = ['ada', 'bob', 'cleo', 'dan'];
    const circle = fc
      .integer({ min: 2, max: 4 })
      .chain(size => fc.array(fc.integer({ min: 1, max: size - 1 }), { minLength: size, maxLength: size }));
    fc.assert(
      fc.property(circle, steps => {
        const all = sessions.slice(0, steps.length);
        const one = (session: string, path: string): Wanted => ({ session, path, mode: 'exclusive' });
        const locks = all.map((session, n) => held(one(session, session), n));
        const waiting = all.map((session, n) =>
          waits(one(session, all[(n + (steps[n] ?? 1)) % all.length] ?? ''), n),
        );
        const deadlocked = inQueue(waiting).filter(
          request => standingOf(request, locks, waiting, defaultSettings).deadlocked,
        );
        expect(deadlocked.length).toBeGreaterThan(1);
      }),
    );
  });

  test('nobody who holds nothing is told that it would be deadlocked', () => {
    fc.assert(
      fc.property(someHeld, someWaiting, wanted, (locks, waiting, one) => {
        const asked = requestOf([claimOf({ ...one, session: 'eve' })], Number.POSITIVE_INFINITY);
        expect(standingOf(asked, locks, waiting, defaultSettings).deadlocked).toBe(false);
      }),
    );
  });
});
