import { connect } from 'node:net';
import { type Claim, claimFile, folderIdentity, socketOf } from './claim.ts';
import { identifyThisProcess, type ProcessIdentity, startOf } from './process-identity.ts';

/** What happened when somebody connected to the socket of a claim. */
export type Reach =
  | 'accepted'
  /** The queue of waiting connections is full: somebody listens, and is slow. */
  | 'busy'
  /** The address exists and nobody listens. */
  | 'refused'
  /** There is no such address. */
  | 'absent'
  | { readonly failed: string };

export type Verdict =
  | { readonly state: 'alive' }
  | { readonly state: 'dead' }
  /** Neither proved: nobody may take over. `because` and `next` are for a person. */
  | { readonly state: 'unclear'; readonly because: string; readonly next: string };

/** What a judge knows about the place from which it judges. */
export interface Standpoint {
  readonly platform: NodeJS.Platform;
  readonly folder: string;
  readonly folderIdentity: string;
  readonly here: Pick<ProcessIdentity, 'boot' | 'machine' | 'namespace'>;
  readonly startOf: (pid: number) => Promise<string | undefined>;
}

/** Connects to the owner's socket, looks around, and judges. */
export async function judgeClaim(folder: string, claim: Claim): Promise<Verdict> {
  if (claim.released !== undefined) return { state: 'dead' };
  return judge(claim, await reachFor(socketOf(folder, claim)), await standpointAt(folder));
}

/** The same where the connection has been tried already. */
export async function judgeReached(folder: string, claim: Claim, reach: Reach): Promise<Verdict> {
  return judge(claim, reach, await standpointAt(folder));
}

/**
 * Whether the owner behind a claim is gone for good. `dead` is returned only on proof, and what is proved
 * once stays true: a socket address is used by one process, once. Time proves nothing, so a slow owner is
 * alive.
 */
export async function judge(claim: Claim, reach: Reach, from: Standpoint): Promise<Verdict> {
  if (claim.released !== undefined) return { state: 'dead' };
  const { holder } = claim;
  if (reach === 'accepted' || reach === 'busy') {
    return claim.folder === from.folderIdentity ? { state: 'alive' } : copied(claim, from);
  }
  if (holder.boot !== from.here.boot) {
    // Another kernel, and nothing of ours can look into it; unless it is our own machine before it was
    // restarted.
    return holder.machine === from.here.machine ? { state: 'dead' } : foreign(claim, from);
  }
  if (typeof reach !== 'string') {
    return unclear(claim, from, `its socket cannot be reached (${reach.failed})`);
  }
  if (reach === refusalThatProves(from.platform)) return { state: 'dead' };
  if (holder.namespace !== from.here.namespace) {
    return unclear(claim, from, 'it runs in another container, whose processes cannot be seen from here');
  }
  const started = await from.startOf(holder.pid);
  if (started !== holder.started) return { state: 'dead' };
  return claim.folder === from.folderIdentity
    ? unclear(claim, from, 'it is alive but cannot be reached')
    : copied(claim, from);
}

/**
 * What only the kernel can have caused, by closing the listening socket. On Linux a full queue is EAGAIN, and
 * a refusal means that nobody listens. On macOS and the BSDs a full queue is a refusal too, and so it proves
 * nothing there. A Windows pipe exists exactly as long as a process holds an end of it.
 */
function refusalThatProves(platform: NodeJS.Platform): Reach | undefined {
  if (platform === 'linux') return 'refused';
  if (platform === 'win32') return 'absent';
  return undefined;
}

/** @returns what a failed connection means, by the error's code. */
export function reachOf(code: string | undefined): Reach {
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ENOENT':
      return 'absent';
    case 'EAGAIN':
    case 'EBUSY':
      return 'busy';
    default:
      return { failed: code ?? 'no error code' };
  }
}

function reachFor(address: string): Promise<Reach> {
  return new Promise(resolve => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve('accepted');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(reachOf(error.code)));
  });
}

async function standpointAt(folder: string): Promise<Standpoint> {
  return {
    platform: process.platform,
    folder,
    folderIdentity: folderIdentity(folder),
    here: await identifyThisProcess(),
    startOf,
  };
}

function foreign(claim: Claim, from: Standpoint): Verdict {
  return unclear(
    claim,
    from,
    `it ran on another machine (${claim.holder.hostname}), which cannot be seen from here`,
  );
}

function copied(claim: Claim, from: Standpoint): Verdict {
  return unclear(claim, from, `it owns another folder, of which ${from.folder} is a copy`);
}

function unclear(claim: Claim, from: Standpoint, why: string): Verdict {
  const file = claimFile(from.folder, claim.generation);
  return {
    state: 'unclear',
    because: `The store in ${from.folder} is owned by process ${claim.holder.pid}, and ${why}.`,
    next: `End that process. If you are certain that it is gone, delete ${file}.`,
  };
}
