import type { InterlockError } from '../coordinator/kernel/errors.ts';
import type { HookFileState } from './hook-files.ts';
import type { Standing } from './operator-standing.ts';
import { distinctProjects, type ProjectState, type Trouble } from './project-state.ts';

/** Everything that the views, the status bar and the notifications of one window are drawn from. */
export interface WindowState {
  readonly link: LinkState;
  /** Why there is no coordinator, or what the last reading failed with. */
  readonly trouble: InterlockError | undefined;
  readonly standing: Standing;
  /** One for each folder of the window. */
  readonly folders: readonly ProjectState[];
  /** Whether agents' own tools are checked in this editor; undefined where they are, else why not. */
  readonly unguarded: Unguarded | undefined;
  /** The editor's own agents are switched off, so there are none to guard. */
  readonly isWithoutAgents: boolean;
  /** The hooks of agents outside the editor, file by file; undefined until somebody has looked. */
  readonly hookFiles: readonly HookFileState[] | undefined;
}

/** `noFolder`: nothing to coordinate. `broken`: there is no coordinator and {@link WindowState.trouble} says why. */
export type LinkState = 'noFolder' | 'starting' | 'broken' | 'connected';

/** What is known of the editor's own agents. */
export type EditorAgents = Pick<WindowState, 'unguarded' | 'isWithoutAgents'>;

/** Why the hooks of the editor's own agents do not run. */
export type Unguarded = 'untrusted' | 'chatHooksOff' | 'chatPluginsOff' | 'switchedOff';

/** One state for each project, however many folders of it are open. */
export function projectsOf(state: WindowState): readonly ProjectState[] {
  return distinctProjects(state.folders);
}

/** What the coordinator says does not work although it answers, each once. */
export function troublesIn(state: WindowState): readonly Trouble[] {
  const all = state.folders.flatMap(({ project }) => project?.troubles ?? []);
  return all.filter(({ what }, index) => all.findIndex(other => other.what === what) === index);
}
