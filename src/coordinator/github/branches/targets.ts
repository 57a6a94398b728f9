import type { BranchTarget } from '../../locks/branch-locks.ts';
import { nearestTarget } from '../../locks/in-the-way.ts';
import type { Standpoint } from '../../locks/path.ts';
import type { FileChange } from './observed.ts';

/** A branch that changes more holds the folders that the files lie in. */
const mostTargets = 500;

/**
 * What the branch holds: every file that it adds, changes, removes or renames, under both names; of very many, the
 * folders that hold them.
 */
export function targetsOfBranch(files: readonly FileChange[], place: Standpoint): readonly BranchTarget[] {
  const named = new Map<string, string>();
  for (const { path, change, from } of files) {
    named.set(path, from === undefined ? `${change} there` : `renamed there from ${from}`);
    if (from !== undefined) named.set(from, `renamed there to ${path}`);
  }
  const targets = new Map<string, BranchTarget>();
  for (const [path, how] of named.size > mostTargets ? foldersOf(named) : named) {
    const target = nearestTarget(path, place);
    targets.set(`${target.kind} ${target.key}`, { ...target, how });
  }
  return [...targets.values()];
}

/** The deepest level of folders at which there are few enough. */
function foldersOf(named: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const paths = [...named.keys()].map(path => path.split('/').slice(0, -1));
  const deepest = Math.max(...paths.map(({ length }) => length));
  for (let depth = deepest; depth > 0; depth--) {
    const folders = new Set(paths.map(path => path.slice(0, depth).join('/') || '.'));
    if (folders.size <= mostTargets)
      return new Map([...folders].map(each => [each, 'many files in it are changed there']));
  }
  return new Map([['.', 'very many files are changed there']]);
}
