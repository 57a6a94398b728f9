import { execFile } from 'node:child_process';
import { realpath, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { InterlockError } from '../kernel/errors.ts';

const run = promisify(execFile);

/** git answers these questions in milliseconds; one that hangs (a dead network drive) must not hang the call. */
const gitTimeoutMs = 5_000;

/** What a folder tells about the repository it lies in. */
export interface Location {
  /** Root of the worktree, absolute, links resolved; the folder itself where it is in no repository. */
  readonly worktree: string;
  readonly name: string;
  readonly branch: string | null;
  readonly foldsCase: boolean;
  /**
   * The names under which the repository is known, the most telling first: where its origin is (so that clones on
   * several machines are one project), then where it lies.
   */
  readonly keys: readonly string[];
}

/**
 * Looks at a folder with git.
 * @param shared whether other machines use the same database: then a path alone does not say which repository it is.
 * @throws InterlockError `invalid_input` where there is no such folder.
 */
export async function locate(folder: string, shared: boolean): Promise<Location> {
  const real = await realFolder(folder);
  const where = await git(real, [
    'rev-parse',
    '--path-format=absolute',
    '--show-toplevel',
    '--git-common-dir',
  ]);
  const [toplevel, commonDir] = where?.split('\n') ?? [];
  if (!toplevel || !commonDir) {
    const foldsCase = process.platform === 'win32' || process.platform === 'darwin';
    return {
      worktree: real,
      name: path.basename(real),
      branch: null,
      foldsCase,
      keys: [folderKey(real, shared)],
    };
  }
  const [origin, ignoreCase, branch] = await Promise.all([
    git(real, ['config', '--get', 'remote.origin.url']),
    git(real, ['config', '--type=bool', '--get', 'core.ignorecase']),
    git(real, ['symbolic-ref', '--quiet', '--short', 'HEAD']),
  ]);
  const originKey = origin ? keyOfOrigin(origin, toplevel) : undefined;
  return {
    worktree: path.normalize(toplevel),
    name: originKey ? path.posix.basename(originKey) : path.basename(toplevel),
    branch: branch ?? null,
    foldsCase: ignoreCase === 'true',
    keys: [...(originKey ? [originKey] : []), folderKey(await realpath(commonDir), shared)],
  };
}

/**
 * `host/owner/name` of a remote address, whichever way it is spelled: with or without user, port, `.git`, over ssh or
 * https. A local address is its absolute path.
 */
export function keyOfOrigin(address: string, toplevel: string): string | undefined {
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(address);
  if (scp?.[1] && scp[2] && scp[1].length > 1) return originKey(scp[1], scp[2]);
  if (URL.canParse(address)) {
    const url = new URL(address);
    if (url.protocol !== 'file:') return originKey(url.hostname, url.pathname);
    return `origin:${path.posix.normalize(decodeURIComponent(url.pathname)).replace(/(\/?\.git)?\/*$/, '')}`;
  }
  return `origin:${path.resolve(toplevel, address).replace(/([\\/]?\.git)?[\\/]*$/, '')}`;
}

function originKey(host: string, location: string): string {
  return `origin:${host.toLowerCase()}/${location.replace(/^\/+/, '').replace(/(\.git)?\/*$/, '')}`;
}

function folderKey(folder: string, shared: boolean): string {
  return shared ? `folder:${hostname()}:${folder}` : `folder:${folder}`;
}

async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(folder);
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    throw noFolder(folder, cause);
  }
  throw noFolder(folder);
}

function noFolder(folder: string, cause?: unknown): InterlockError {
  return new InterlockError(
    'invalid_input',
    `cwd: ${JSON.stringify(folder.slice(0, 200))} is no folder on this machine.`,
    {
      next: 'Send the absolute path of the folder you work in.',
      params: { field: 'cwd' },
      cause,
    },
  );
}

/** The trimmed output, or undefined where git is not there, or says no (no repository, no such key). */
async function git(cwd: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', ['-C', cwd, ...args], { timeout: gitTimeoutMs, windowsHide: true });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
