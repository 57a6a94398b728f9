import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { InterlockError } from '../kernel/errors.ts';

/**
 * Socket addresses hold 104 bytes on macOS and 108 on Linux, with the closing zero; a longer one is cut off
 * without an error on some systems.
 */
export const longestSocketPath = 99;

/** Where this process listens. Nobody else ever used the address, and nobody ever will. */
export interface Listening {
  readonly address: string;
  /** As it stands in a claim: relative where it lies below the claim's folder. */
  readonly recorded: string;
  /** False where somebody removed the socket file, so that nobody can reach this process any more. */
  isReachable(): boolean;
  /** Stops listening and leaves no file behind: for addresses that never became the owner's. */
  discard(): Promise<void>;
}

/**
 * Makes the server listen on an address of its own, below `<folder>/run` where that is short enough and else
 * below the system's folder for temporary files. Both are closed to other users.
 */
export async function listenUniquely(server: Server, folder: string, generation: number): Promise<Listening> {
  const name = `${generation}-${randomBytes(3).toString('hex')}`;
  return process.platform === 'win32'
    ? listenOnPipe(server, folder, name)
    : listenOnSocket(server, folder, name);
}

/**
 * Removes the sockets of earlier generations. The caller owns `generation` and listens on `own`; whoever
 * still listens for a generation up to it has lost already.
 */
export function sweepSockets(own: Listening, generation: number): void {
  if (process.platform === 'win32') return;
  const folder = dirname(own.address);
  for (const name of readdirSync(folder)) {
    const belongsTo = /^([0-9]+)-[0-9a-f]+\.(?:sock|new)$/.exec(name)?.[1];
    const file = join(folder, name);
    if (belongsTo !== undefined && Number(belongsTo) <= generation && file !== own.address)
      rmSync(file, { force: true });
  }
}

/** Where a socket of that name goes: the first place that is short enough. */
export function socketPath(folder: string, name: string, places: { temporary: string; uid: number }): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const candidates = [
    join(folder, 'run', `${name}.sock`),
    ...[places.temporary, '/tmp'].map(place => join(place, `interlock-${places.uid}`, hash, `${name}.sock`)),
  ];
  const fitting = candidates.find(path => Buffer.byteLength(path) <= longestSocketPath);
  if (fitting !== undefined) return fitting;
  throw new InterlockError(
    'store_unavailable',
    `No socket path for ${folder} has at most ${longestSocketPath} bytes.`,
    {
      next: 'Set INTERLOCK_HOME to a folder with a shorter path.',
      params: { folder, longest: longestSocketPath },
    },
  );
}

/** Creates the folder, or accepts an existing one of ours, and closes it to other users. */
function privateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32') return;
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== userInfo().uid) {
    throw new InterlockError(
      'store_unavailable',
      `The folder ${folder} belongs to another user, or is no folder.`,
      {
        next: `Remove ${folder}, or set INTERLOCK_HOME to a folder of your own.`,
        params: { folder },
      },
    );
  }
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

/**
 * Node removes a socket's file when it stops listening, and then a worker thread that ended would look like a
 * socket file that somebody deleted. So the socket is bound under one name and renamed: the file outlives the
 * listener, and connecting to it is refused by the kernel, however the listener ended.
 */
async function listenOnSocket(server: Server, folder: string, name: string): Promise<Listening> {
  const address = socketPath(folder, name, { temporary: tmpdir(), uid: userInfo().uid });
  const inside = address.startsWith(join(folder, 'run'));
  if (!inside) privateFolder(dirname(dirname(address)));
  privateFolder(dirname(address));
  const bound = address.replace(/\.sock$/, '.new');
  await listening(server, bound);
  renameSync(bound, address);
  const inode = lstatSync(address).ino;
  return {
    address,
    recorded: inside ? relative(folder, address) : address,
    isReachable: () => lstatSync(address, { throwIfNoEntry: false })?.ino === inode,
    discard: async () => {
      await closed(server);
      rmSync(address, { force: true });
    },
  };
}

async function listenOnPipe(server: Server, folder: string, name: string): Promise<Listening> {
  const hash = createHash('sha256').update(folder.toLowerCase()).digest('hex').slice(0, 12);
  const address = `\\\\.\\pipe\\interlock-${hash}-${name}`;
  await listening(server, address);
  return { address, recorded: address, isReachable: () => true, discard: () => closed(server) };
}

function listening(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()));
}
