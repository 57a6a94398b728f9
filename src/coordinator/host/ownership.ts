import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { InterlockError } from '../kernel/errors.ts';
import {
  type Claim,
  folderIdentity,
  highestClaim,
  publishClaim,
  releaseClaim,
  retractClaim,
  sweepClaims,
} from './claim.ts';
import { identifyThisProcess } from './process-identity.ts';
import { type Listening, listenUniquely, sweepSockets } from './socket.ts';
import { judgeClaim } from './verdict.ts';

export interface OwnershipRequest {
  /** The folder that holds the claims. */
  readonly folder: string;
  /** Already set up to hold whatever arrives before the owner is ready. */
  readonly server: Server;
  readonly mode: Claim['mode'];
  readonly version: string;
}

/** The right to open the store, from the moment it is returned until the process ends or it is released. */
export interface Ownership {
  readonly claim: Claim;
  /**
   * Looks once a second whether others still see this owner. `lost`: the claim is gone or superseded, which
   * takes somebody who deletes files by hand; the store must not be touched again, not even to close it. `cut
   * off`: only the socket file was deleted, so nobody can connect any more; close in good order.
   */
  watch(onTrouble: (trouble: 'lost' | 'cut off') => void): void;
  /** Call it when the store is closed. From then on anybody may take over. */
  release(reason: string): void;
}

/** How long an owner that cannot be reached has to show itself: three of its own looks around. */
const patienceMs = 3_000;
const watchEveryMs = 1_000;

/**
 * Becomes the owner of the store, or names the claim of the process that is.
 * @throws InterlockError `store_unavailable` where it can be proved neither that the last owner lives nor
 * that it is gone.
 */
export async function becomeOwner(
  request: OwnershipRequest,
): Promise<Ownership | { readonly takenBy: Claim }> {
  const { folder } = request;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let unclearSince: number | undefined;
  for (;;) {
    const last = highestClaim(folder);
    const verdict = last && (await judgeClaim(folder, last));
    if (last && verdict?.state === 'alive') return { takenBy: last };
    if (verdict?.state === 'unclear') {
      unclearSince ??= performance.now();
      if (performance.now() - unclearSince > patienceMs) {
        throw new InterlockError('store_unavailable', verdict.because, {
          next: verdict.next,
          retryable: true,
        });
      }
      await pause(100);
      continue;
    }
    unclearSince = undefined;
    const ownership = await claim(request, (last?.generation ?? 0) + 1);
    if (ownership) return ownership;
  }
}

/** One attempt at one generation; undefined where somebody else was first. */
async function claim(request: OwnershipRequest, generation: number): Promise<Ownership | undefined> {
  const { folder, server, mode, version } = request;
  // Whoever reads the claim must be able to connect, so listening comes first.
  const listening = await listenUniquely(server, folder, generation);
  const mine: Claim = {
    format: 1,
    generation,
    token: randomBytes(8).toString('hex'),
    socket: listening.recorded,
    folder: folderIdentity(folder),
    holder: await identifyThisProcess(),
    mode,
    version,
    startedAt: new Date().toISOString(),
  };
  let owned = false;
  try {
    if (!publishClaim(folder, mine)) return undefined;
    if (highestClaim(folder)?.token !== mine.token) {
      // While this process slept others came and went, and the name of its generation was swept free again:
      // that is why it could be taken. Nobody looks at it, since there is a higher one.
      retractClaim(folder, mine);
      return undefined;
    }
    owned = true;
    sweepClaims(folder, generation);
    sweepSockets(listening, generation);
    return ownershipOf(folder, mine, listening);
  } catch (error) {
    owned = false;
    releaseClaim(folder, mine, 'it could not be set up');
    throw error;
  } finally {
    if (!owned) await listening.discard();
  }
}

function ownershipOf(folder: string, claim: Claim, listening: Listening): Ownership {
  let timer: NodeJS.Timeout | undefined;
  return {
    claim,
    watch(onTrouble) {
      timer = setInterval(() => {
        const trouble = look(folder, claim, listening);
        if (trouble === undefined) return;
        clearInterval(timer);
        onTrouble(trouble);
      }, watchEveryMs).unref();
    },
    release(reason) {
      clearInterval(timer);
      releaseClaim(folder, claim, reason);
    },
  };
}

function look(folder: string, claim: Claim, listening: Listening): 'lost' | 'cut off' | undefined {
  try {
    if (highestClaim(folder)?.token !== claim.token) return 'lost';
  } catch {
    // A claim that cannot be read is not ours.
    return 'lost';
  }
  return listening.isReachable() ? undefined : 'cut off';
}
