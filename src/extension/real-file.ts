import path from 'node:path';
import type { ProjectState } from './project-state.ts';

/**
 * A file of the window by the name that the coordinator knows it by: a folder may have been opened through a link, and
 * the coordinator names worktrees by where they are.
 */
export function realFile(
  { folder, realFolder }: Pick<ProjectState, 'folder' | 'realFolder'>,
  file: string,
): string {
  if (realFolder === undefined || realFolder === folder) return file;
  const relative = path.relative(folder, file);
  const isOutside = relative.startsWith('..') || path.isAbsolute(relative);
  return isOutside ? file : path.join(realFolder, relative);
}
