import { projectsOf, type WindowState } from '../extension/window-state.ts';

/** How many tasks wait for a person's decision. */
export function countHeld(state: WindowState): number {
  return projectsOf(state).reduce((count, { work }) => count + work.counts.held, 0);
}
