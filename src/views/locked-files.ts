import path from 'node:path';
import { InterlockError } from '../coordinator/kernel/errors.ts';
import { covers } from '../coordinator/locks/overlap.ts';
import { fileTarget, parseTarget, type Standpoint, type Target } from '../coordinator/locks/path.ts';
import type { Lock, ProjectState } from '../extension/project-state.ts';
import { realFile } from '../extension/real-file.ts';
import type { WindowState } from '../extension/window-state.ts';

/** Says which locks a file of this machine is under. */
export interface LockedFiles {
  locksOf(file: string): readonly Lock[];
}

/** Looks locks up in one state of the window; what a lock covers is decided by the coordinator's own rules. */
export function lockedFiles(state: WindowState): LockedFiles {
  const worktrees = state.folders.flatMap(folder => worktreeOf(folder) ?? []);
  return {
    locksOf: file =>
      worktrees.flatMap(({ standpoint, held, folder }) => covering(standpoint, held, realFile(folder, file))),
  };
}

interface Worktree {
  readonly folder: ProjectState;
  readonly standpoint: Standpoint & { readonly worktree: string };
  readonly held: readonly { readonly lock: Lock; readonly target: Target }[];
}

function worktreeOf(folder: ProjectState): Worktree | undefined {
  const { project, locks } = folder;
  if (!project || project.worktree === null) return undefined;
  const standpoint = { worktree: project.worktree, foldsCase: project.folds_case };
  const held = locks
    // What a branch changes is free to be changed here.
    .filter(({ mode, worktree }) => mode !== 'branch' && (worktree === null || worktree === project.worktree))
    .map(lock => ({ lock, target: targetOf(lock, standpoint) }));
  return { folder, standpoint, held };
}

/** A file may have a name that reads like a pattern. */
function targetOf({ kind, file_path }: Lock, standpoint: Standpoint): Target {
  return kind === 'file' ? fileTarget(file_path, standpoint) : parseTarget(file_path, standpoint);
}

function covering(standpoint: Worktree['standpoint'], held: Worktree['held'], file: string): readonly Lock[] {
  if (held.length === 0 || !isInside(standpoint.worktree, file)) return [];
  const asked = askedTarget(file, standpoint);
  if (!asked) return [];
  return held.filter(({ target }) => target.kind !== 'key' && covers(target, asked)).map(({ lock }) => lock);
}

/** Undefined for what can be no lock, such as a path of more than a thousand bytes. */
function askedTarget(file: string, standpoint: Standpoint): Target | undefined {
  try {
    return fileTarget(file, standpoint);
  } catch (error) {
    if (error instanceof InterlockError) return undefined;
    throw error;
  }
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
