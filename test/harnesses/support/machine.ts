import path from 'node:path';
import { repository } from '../../e2e/support/machine.ts';

/** The command lines have a folder and a lock file of their own, so that `npm ci` of the project stays small. */
export const clisFolder = path.join(repository, 'test/harnesses/clis');

/** A program that one of their packages brings, as a person would have it in `PATH`. */
export function cli(name: string): string {
  return path.join(clisFolder, 'node_modules/.bin', name);
}

/** What `npm run build` makes. */
export const built = path.join(repository, 'dist');

/** Run folders (home, repository, store) stay after the run when `INTERLOCK_HARNESSES_KEEP` is set. */
export const keepRunFolders = process.env.INTERLOCK_HARNESSES_KEEP !== undefined;

/** Where recordings of what harnesses send take the place of older ones (`test/contract/payloads`), if they are to. */
export const renewedPayloads = process.env.INTERLOCK_PAYLOADS;
