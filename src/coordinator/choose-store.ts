import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { choiceIn, chosenStore } from './chosen-store.ts';
import { claimFolder } from './host/folder.ts';

/**
 * Writes down which store agents find that are told no more than the home: the shared one of this address, or the
 * embedded one. Nothing of the address can be read from it.
 */
export async function chooseStore(home: string, databaseUrl: string | undefined): Promise<void> {
  const choice = choiceIn(home);
  if (databaseUrl === undefined) return rm(choice, { force: true });
  const folder = await claimFolder(home, databaseUrl);
  if (chosenStore(home).folder === folder) return;
  await mkdir(path.dirname(choice), { recursive: true, mode: 0o700 });
  // Whole or not at all: a hook may read it at this moment.
  const draft = `${choice}.${process.pid}`;
  await writeFile(draft, `${path.basename(folder)}\n`, { mode: 0o600 });
  await rename(draft, choice);
}
