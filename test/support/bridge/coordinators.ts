import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { highestClaim } from '../../../src/coordinator/host/claim.ts';

/** Process id of whoever owns the store now, or undefined where nobody does. */
export function ownerOf(home: string): number | undefined {
  const claim = existsSync(home) ? highestClaim(home) : undefined;
  return claim === undefined || claim.released !== undefined || !lives(claim.holder.pid)
    ? undefined
    : claim.holder.pid;
}

/** Ends a coordinator that a bridge started, and waits until it is gone. */
export async function endOwner(home: string): Promise<void> {
  const pid = ownerOf(home);
  if (pid === undefined || pid === process.pid) return;
  process.kill(pid, 'SIGKILL');
  while (lives(pid)) await pause(5);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
