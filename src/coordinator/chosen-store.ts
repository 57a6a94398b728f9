import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What a program finds that was told no more than the home: which store the person's editor works on. */
export interface ChosenStore {
  /** With the claims of its coordinator. */
  readonly folder: string;
  /**
   * The address of a shared database holds a password and stays with the editor, so only an editor window, or who
   * was given the address, can start its coordinator.
   */
  readonly isShared: boolean;
}

/** Names the claims folder of the shared store that was chosen; there is none where the embedded store is used. */
export const choiceIn = (home: string): string => path.join(home, 'shared', 'chosen');

/** The store that was chosen last in this home. Read by every hook call, so it does no more than one small read. */
export function chosenStore(home: string): ChosenStore {
  const name = readIfThere(choiceIn(home))?.trim();
  if (name === undefined || !/^[0-9a-f]{16}$/.test(name)) return { folder: home, isShared: false };
  return { folder: path.join(home, 'shared', name), isShared: true };
}

/** What cannot be read leads to the home itself, where opening the store says why: a hook must not fail here. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
