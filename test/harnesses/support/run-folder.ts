import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endLeftovers } from '../../e2e/support/leftovers.ts';
import { built, keepRunFolders } from './machine.ts';

/** Everything one suite reads and writes; nothing of the person who runs the tests is touched. */
export interface RunFolder {
  readonly root: string;
  /** Of the person whose agents work: configuration of the agents, and the store of Interlock. */
  readonly home: string;
  /** The built product, at a place of this run, so that what it leaves running is found. */
  readonly product: string;
  readonly scratch: string;
}

/** Makes a fresh run folder. Its path is short, because Unix sockets are made below it. */
export function createRunFolder(): RunFolder {
  const root = mkdtempSync(path.join(tmpdir(), 'il-cli-'));
  const at = (name: string) => path.join(root, name);
  for (const name of ['home', 'scratch']) mkdirSync(at(name));
  cpSync(built, at('product'), { recursive: true, filter: file => !file.endsWith('.map') });
  return { root, home: at('home'), product: at('product'), scratch: at('scratch') };
}

/** Ends what still works in the run folder and removes it, unless it is to be kept for a look. */
export async function removeRunFolder(run: RunFolder): Promise<void> {
  await endLeftovers(run);
  if (!keepRunFolders) rmSync(run.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
