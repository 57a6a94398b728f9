import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Handshake, handshakePath, notExecutedHeader, oldestProtocol, protocol } from '../handshake.ts';
import { type Claim, folderIdentity, highestClaim, socketOf } from '../host/claim.ts';
import { claimFolder } from '../host/folder.ts';
import { askToRetire } from '../host/retire.ts';
import { judgeReached, reachOf, type Verdict } from '../host/verdict.ts';
import { InterlockError } from '../kernel/errors.ts';
import { send } from './call.ts';
import { errorOf } from './refusal.ts';
import type { StartAttempt, Starter } from './start.ts';

export interface ReachOptions {
  readonly home: string;
  readonly databaseUrl?: string;
  readonly start: 'never' | Starter;
  readonly signal?: AbortSignal;
  readonly deadlineMs: number;
}

/** A coordinator that is ready for work. */
export interface Reached {
  readonly address: string;
  readonly handshake: Handshake;
  /** Holds the connections to it. */
  readonly agent: Agent;
}

/** How long an owner that is alive but cannot be reached has to show itself again. */
const patienceMs = 3_000;

/**
 * Finds the coordinator of the store, or starts one, and waits until it is ready.
 * @throws InterlockError `coordinator_unavailable` where none answers in time or none may be started,
 * `client_too_old`, `cancelled`, or the coordinator's own reason for not starting (`schema_too_new`,
 * `store_unavailable`, …).
 */
export async function reach(options: ReachOptions): Promise<Reached> {
  const { home, databaseUrl, start, signal } = options;
  const folder = await claimFolder(home, databaseUrl);
  const until = performance.now() + options.deadlineMs;
  const starting = start === 'never' ? undefined : startsOf(start);
  let unclearSince: number | undefined;
  for (let round = 0; ; round += 1) {
    if (signal?.aborted)
      throw new InterlockError('cancelled', 'Connecting to the coordinator was cancelled.');
    const claim = highestClaim(folder);
    const met = claim ? await meet(folder, claim, options, until) : { state: 'dead' as const };
    if ('handshake' in met) return met;
    if (met.state === 'dead') {
      if (!starting) throw nobodyThere(folder);
      if (starting.failure !== undefined) throw notStarted(starting.failure);
      starting.begin();
    }
    if (met.state !== 'unclear') unclearSince = undefined;
    else {
      unclearSince ??= performance.now();
      if (performance.now() - unclearSince > patienceMs) throw unclear(met);
    }
    if (performance.now() > until) throw noAnswer(claim, options.deadlineMs);
    // Often at first, since an owner is there within some tens of milliseconds; then less.
    await pause(Math.min(5 + round, 50));
  }
}

/** One attempt at a time; a new one only when the last has ended without anybody owning the store. */
function startsOf(start: Starter): { begin(): void; readonly failure: string | undefined } {
  let attempt: StartAttempt | undefined;
  let failure: string | undefined;
  return {
    begin() {
      if (attempt) return;
      attempt = start();
      attempt.ended.then(
        ending => {
          attempt = undefined;
          failure = ending.failure;
        },
        (error: unknown) => {
          failure = error instanceof Error ? error.message : String(error);
        },
      );
    },
    get failure() {
      return failure;
    },
  };
}

async function meet(
  folder: string,
  claim: Claim,
  options: ReachOptions,
  until: number,
): Promise<Reached | Verdict> {
  if (claim.released !== undefined) return { state: 'dead' };
  // A copy of the folder names the original's socket, whose coordinator is not ours.
  if (claim.folder !== folderIdentity(folder)) return judgeReached(folder, claim, 'accepted');
  const address = socketOf(folder, claim);
  const agent = new Agent({ keepAlive: true });
  const answer = await send({
    address,
    agent,
    method: 'GET',
    path: handshakePath,
    timeoutMs: Math.max(1, until - performance.now()),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }).catch((error: unknown) => {
    agent.destroy();
    // Somebody listens and does not answer, which is no reason to take over.
    if (error instanceof InterlockError && error.code === 'deadline_exceeded') return stillThere;
    throw error;
  });
  if ('state' in answer) return answer;
  if ('lost' in answer || answer.status !== 200) agent.destroy();
  // Connected and then cut off: it is ending, and the next look will tell.
  if ('lost' in answer)
    return answer.lost === 'after' ? stillThere : judgeReached(folder, claim, reachOf(answer.code));
  if (answer.headers[notExecutedHeader] === 'draining') return stillThere;
  if (answer.status !== 200) throw errorOf(answer.body);
  return agree(answer.body as Handshake, address, agent, options);
}

const stillThere: Verdict = { state: 'alive' };

/** Both sides must understand each other. An older coordinator is asked to make room, where it can. */
async function agree(
  theirs: Handshake,
  address: string,
  agent: Agent,
  options: ReachOptions,
): Promise<Reached | Verdict> {
  if (theirs.oldestProtocol <= protocol && theirs.protocol >= oldestProtocol) {
    return { address, handshake: theirs, agent };
  }
  agent.destroy();
  if (theirs.oldestProtocol > protocol) {
    throw new InterlockError(
      'client_too_old',
      `This Interlock speaks protocol ${protocol}; the coordinator (version ${theirs.version}) accepts ${theirs.oldestProtocol} and newer.`,
      {
        next: 'Update Interlock here and restart what uses it.',
        params: { protocol, theirs: theirs.oldestProtocol },
      },
    );
  }
  const reason = `a newer version speaks protocol ${protocol}`;
  if (options.start !== 'never' && (await askToRetire(address, reason))) return stillThere;
  throw new InterlockError(
    'coordinator_unavailable',
    `The coordinator that runs (version ${theirs.version}, process ${theirs.owner.pid}) is too old for this client.`,
    { next: 'Reload the editor window that runs it, or end that process.', params: { owner: theirs.owner } },
  );
}

function nobodyThere(folder: string): InterlockError {
  return new InterlockError('coordinator_unavailable', `No coordinator runs for ${folder}.`, {
    next: 'Open the editor with Interlock, or run `interlock serve`.',
    params: { folder },
    retryable: true,
  });
}

function notStarted(failure: string): InterlockError {
  return new InterlockError('coordinator_unavailable', `The coordinator could not be started: ${failure}`, {
    next: 'Run `interlock doctor`, which checks every part of it.',
  });
}

function unclear(verdict: Verdict & { state: 'unclear' }): InterlockError {
  return new InterlockError('coordinator_unavailable', verdict.because, {
    next: verdict.next,
    retryable: true,
  });
}

function noAnswer(claim: Claim | undefined, deadlineMs: number): InterlockError {
  const owner = claim ? `Process ${claim.holder.pid} owns the store and` : 'The coordinator';
  return new InterlockError('coordinator_unavailable', `${owner} did not answer within ${deadlineMs} ms.`, {
    next: 'Try again; if it stays so, end that process.',
    params: claim ? { pid: claim.holder.pid, generation: claim.generation } : {},
    retryable: true,
  });
}
