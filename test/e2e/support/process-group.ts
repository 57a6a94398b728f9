import { setTimeout as delay } from 'node:timers/promises';

/**
 * Ends a process that was started with `detached: true`, and everything in its group. Returns when none is left:
 * they are asked first (SIGTERM) and made to after `graceMilliseconds` (SIGKILL).
 */
export async function stopProcessGroup(leader: number, graceMilliseconds = 8_000): Promise<void> {
  const deadline = Date.now() + graceMilliseconds;
  signalGroup(leader, 'SIGTERM');
  while (signalGroup(leader, 0)) {
    if (Date.now() > deadline) signalGroup(leader, 'SIGKILL');
    await delay(50);
  }
}

/** Sends a signal to the group; `false` when nothing is left of it. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}
