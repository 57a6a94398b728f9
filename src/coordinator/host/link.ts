import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Claim } from './claim.ts';

/** What a hook connects to that is a shell script and cannot read a claim. */
const linkName = 'current.sock';

/** The path of a socket has to fit into `sun_path`, which holds 104 bytes on macOS and 108 on Linux. */
const longestSocketPath = 100;

/**
 * Points `current.sock` in the folder of the claims to the socket of this owner, which is ready for work. It says nothing
 * about who owns the store: whoever finds nobody behind it looks for the claim. Where it cannot be made, there is none.
 */
export function publishLink(folder: string, { socket, generation }: Claim): void {
  const link = join(folder, linkName);
  // A socket elsewhere is known by an absolute path, which a copy of the folder would lead to as well.
  if (process.platform === 'win32' || isAbsolute(socket) || Buffer.byteLength(link) > longestSocketPath)
    return;
  const draft = join(folder, `draft-${generation}-link`);
  try {
    rmSync(draft, { force: true });
    symlinkSync(socket, draft);
    renameSync(draft, link);
  } catch {
    rmSync(draft, { force: true });
  }
}
