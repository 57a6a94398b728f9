import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '../environment.ts';
import type { Program } from './script.ts';

/**
 * What the hooks of a repository run: the launcher, which the editor points to the version that is installed; this very
 * program where there is none.
 */
export function programOf({ home, nodePath, coordinatorPath }: Environment): Program {
  const launcher = join(home, 'bin', 'interlock.mjs');
  const bridge = existsSync(launcher) ? launcher : join(dirname(coordinatorPath), 'bridge.js');
  return { nodePath, home, bridge };
}
