import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Coordinator, connectOrStart } from '../../../src/coordinator/client.ts';
import { highestClaim } from '../../../src/coordinator/host/claim.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import { end, type Processes } from './processes.ts';

export interface TurmoilOptions {
  readonly home: string;
  readonly processes: Processes;
  readonly rounds: number;
  /** Clients that all want a coordinator at the same moment; each starts one if it finds none. */
  readonly clients: number;
  readonly rowsPerClient: number;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  /**
   * Writes a row so that it may be written again where nobody knows whether it was. Resolves when the store
   * has answered for it.
   */
  readonly write: (coordinator: Coordinator, row: string) => Promise<void>;
}

export interface TurmoilOutcome {
  /** Every row that the store answered for. */
  readonly acknowledged: readonly string[];
  readonly kills: number;
  readonly suspensions: number;
}

/** How long a client tries before it counts as stuck. The longest suspension of an owner is far below. */
const patienceMs = 60_000;

/**
 * Many starters at once, again and again, while processes are killed and suspended at random moments: in the
 * middle of claiming, of opening the store, of writing. Some sleep through several rounds and then go on with
 * what they knew.
 */
export async function turmoil(options: TurmoilOptions): Promise<TurmoilOutcome> {
  const { home, processes, rounds, clients, rowsPerClient, random } = options;
  const acknowledged: string[] = [];
  const sleepers = new Map<ChildProcess, number>();
  let kills = 0;
  let suspensions = 0;

  async function client(name: string): Promise<void> {
    const coordinator = await insist(() =>
      connectOrStart({ home, start: processes.start, deadlineMs: patienceMs }),
    );
    for (let row = 0; row < rowsPerClient; row += 1) {
      const text = `${name}.${row}`;
      await insist(() => options.write(coordinator, text));
      acknowledged.push(text);
    }
    coordinator.close();
  }

  /**
   * Where nobody knows whether a row was written, a client writes it again: it must never be told a lie, that
   * is all.
   */
  async function insist<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const until = performance.now() + patienceMs;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        const mayPass = error instanceof InterlockError && error.retryable && performance.now() < until;
        if (!mayPass) throw error;
      }
    }
  }

  async function disturb(): Promise<void> {
    await pause(random() * 100);
    const victim = pick();
    if (!victim) return;
    if (random() < 0.75) {
      victim.kill('SIGKILL');
      kills += 1;
    } else {
      await suspend(victim);
    }
  }

  /** Half of the time the owner, whose death matters most. */
  function pick(): ChildProcess | undefined {
    const candidates = [...processes.living].filter(child => !sleepers.has(child));
    const owner = highestClaim(home)?.holder.pid;
    const chosen = random() < 0.5 ? candidates.find(child => child.pid === owner) : undefined;
    return chosen ?? candidates[Math.floor(random() * candidates.length)];
  }

  async function suspend(victim: ChildProcess): Promise<void> {
    suspensions += 1;
    victim.kill('SIGSTOP');
    // Whoever owns the store must come back soon, for nobody may take over from it; another may sleep for
    // long.
    if (highestClaim(home)?.holder.pid !== victim.pid && random() < 0.6) {
      sleepers.set(victim, 2 + Math.floor(random() * 20));
      return;
    }
    await pause(30 + random() * 120);
    victim.kill('SIGCONT');
  }

  /** Ends the long sleeps whose time has come. */
  function wake(): void {
    for (const [child, left] of sleepers) {
      if (left > 1) sleepers.set(child, left - 1);
      else rouse(child);
    }
  }

  /**
   * Ends at once the sleep of a process that owns the store. A signal takes effect when the process leaves the
   * kernel, so one that was not the owner when it was stopped may have become it with the call it was in.
   */
  function wakeOwner(): void {
    const owner = highestClaim(home)?.holder.pid;
    for (const child of sleepers.keys()) if (child.pid === owner) rouse(child);
  }

  /**
   * A client that has started a coordinator starts no other until that one has ended. Where the last client of a round has
   * one that sleeps, and the owner dies, nobody is left to go on: the round would last as long as the sleep.
   */
  function wakeWhereAllSleep(): void {
    const [first] = sleepers.keys();
    if (first !== undefined && [...processes.living].every(child => sleepers.has(child))) rouse(first);
  }

  function rouse(child: ChildProcess): void {
    sleepers.delete(child);
    child.kill('SIGCONT');
  }

  async function settle(): Promise<void> {
    const fate = random();
    const awake = [...processes.living].filter(child => !sleepers.has(child));
    // Often everything dies, sometimes the owner ends in good order, and sometimes it serves the next round
    // too.
    if (fate < 0.6) await Promise.all(awake.map(child => end(child, 'SIGKILL')));
    else if (fate < 0.8) for (const child of awake) child.kill('SIGTERM');
  }

  const watch = setInterval(() => {
    wakeOwner();
    wakeWhereAllSleep();
  }, 20);
  try {
    for (let round = 0; round < rounds; round += 1) {
      const disturbances = Array.from({ length: 1 + Math.floor(random() * 4) }, disturb);
      const rushing = Array.from({ length: clients }, (_, index) => client(`${round}.${index}`));
      await Promise.all([...rushing, ...disturbances]);
      wake();
      await settle();
    }
  } finally {
    clearInterval(watch);
  }
  for (const child of sleepers.keys()) child.kill('SIGCONT');
  await processes.killAll();
  return { acknowledged, kills, suspensions };
}

/** Rows that the store answered for and does not have. */
export function lostRows(acknowledged: readonly string[], rowsFile: string): string[] {
  const kept = new Set(readFileSync(rowsFile, 'utf8').split('\n'));
  return acknowledged.filter(row => !kept.has(row));
}
