import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endLeftovers } from './leftovers.ts';
import { keepRunFolders } from './machine.ts';

/** Everything one run of the editor reads and writes; nothing of the person who runs the tests is touched. */
export interface RunFolder {
  readonly root: string;
  readonly home: string;
  readonly userData: string;
  readonly extensions: string;
  /** Files that go away with the run and belong to no other folder: scripts, traces, stores. */
  readonly scratch: string;
  readonly serverLog: string;
}

/** Makes a fresh run folder. Its path is short, because Unix sockets are made below it. */
export function createRunFolder(): RunFolder {
  const root = mkdtempSync(path.join(tmpdir(), 'il-e2e-'));
  const folder = (name: string) => {
    const made = path.join(root, name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  return {
    root,
    home: folder('home'),
    userData: folder('data'),
    extensions: folder('extensions'),
    scratch: folder('scratch'),
    serverLog: path.join(root, 'server.log'),
  };
}

/** Ends what still works in the run folder and removes it, unless it is to be kept for a look. */
export async function removeRunFolder(run: RunFolder): Promise<void> {
  await endLeftovers(run);
  // The extension host goes away a moment after the server and may still write: hence the retries.
  if (!keepRunFolders) rmSync(run.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
