import { type Coordinator, connectOrStart, startDetached } from '../coordinator/client.ts';
import type { Environment } from './environment.ts';

export interface Reaching {
  /** Whether a coordinator may be started where none runs. */
  readonly start: boolean;
  /** How long finding or starting one may take, each time it has to be done. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** The coordinator of the store that the environment names. @throws InterlockError as `connectOrStart` does. */
export function connect(
  environment: Environment,
  { start, deadlineMs, signal }: Reaching,
): Promise<Coordinator> {
  const { storeHome, canStart, databaseUrl, coordinatorPath, nodePath, variables } = environment;
  return connectOrStart({
    home: storeHome,
    start: start && canStart ? startDetached(storeHome, coordinatorPath, nodePath, variables) : 'never',
    deadlineMs,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Where the caller stands, as the coordinator reads it. Paths hold characters that headers do not. */
export function placeHeaders(environment: Environment, folder: string | undefined): Record<string, string> {
  const { project } = environment;
  return {
    ...(folder === undefined ? {} : { 'interlock-cwd': encodeURIComponent(folder) }),
    ...(project === undefined ? {} : { 'interlock-project': encodeURIComponent(project) }),
  };
}
