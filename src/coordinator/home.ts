import { homedir } from 'node:os';
import path from 'node:path';

/** What decides where the store lies. A composition root passes what it read; nothing else looks at the environment. */
export interface HomeSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  /** The home folder of the person. */
  readonly userHome?: string;
}

/**
 * The folder of the store, its claims and its logs: `INTERLOCK_HOME`, else the per-user data folder of the platform. The editor and every
 * program outside it come to the same answer, which is why it is not the editor's own storage folder: that one is
 * another in each flavour and profile of the editor, and unknown to a terminal.
 */
export function homeFolder({ env, platform = process.platform, userHome = homedir() }: HomeSources): string {
  const at = platform === 'win32' ? path.win32 : path.posix;
  const absolute = (named: string | undefined): string | undefined =>
    named !== undefined && at.isAbsolute(named) ? named : undefined;
  if (env.INTERLOCK_HOME) return at.resolve(env.INTERLOCK_HOME);
  if (platform === 'win32') {
    return at.join(absolute(env.LOCALAPPDATA) ?? at.join(userHome, 'AppData', 'Local'), 'Interlock');
  }
  if (platform === 'darwin') return at.join(userHome, 'Library', 'Application Support', 'Interlock');
  // The XDG specification tells programs to ignore a relative path.
  return at.join(absolute(env.XDG_DATA_HOME) ?? at.join(userHome, '.local', 'share'), 'interlock');
}
