import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Standpoint } from './path.ts';

/**
 * Where a path that a tool would touch lies in the worktree: relative to its root, links resolved as far as the path
 * exists, so that a write through a link counts for the file behind it. `outside` where it lies elsewhere, or where
 * there is no worktree. A link that cannot be read leaves the path as it is spelled.
 */
export async function repositoryPath(given: string, place: Standpoint): Promise<string | 'outside'> {
  if (place.worktree === null || given === '' || isOfAnotherSystem(given)) return 'outside';
  const [root, file] = await Promise.all([
    resolved(place.worktree),
    resolved(path.resolve(place.worktree, given)),
  ]);
  const relative = path.relative(root, file);
  if (relative === '') return '.';
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative))
    return 'outside';
  return path.sep === '\\' ? relative.replaceAll('\\', '/') : relative;
}

/** PowerShell commands name drives wherever they run, and elsewhere a drive is no part of the repository. */
function isOfAnotherSystem(given: string): boolean {
  return path.sep === '/' && /^[A-Za-z]:[\\/]/.test(given);
}

/** The real path of the deepest part that exists, and the rest behind it. */
async function resolved(absolute: string): Promise<string> {
  try {
    return await realpath(absolute);
  } catch {
    const parent = path.dirname(absolute);
    return parent === absolute ? absolute : path.join(await resolved(parent), path.basename(absolute));
  }
}
