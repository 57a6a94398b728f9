import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Ending, Starter } from './start.ts';

/** Sent by others, so that the next attempt may well succeed. Any other signal is a crash. */
const passingSignals: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'];

/**
 * A coordinator prints only what its own log cannot take, so this stays small; beyond it the file starts
 * afresh.
 */
const longestOutputLog = 256 * 1024;

/**
 * For glibc, which otherwise keeps the large blocks that starting up takes and gives back: 25 MB of an idle
 * coordinator. Other allocators read none of it.
 */
const frugalMemory = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
};

/**
 * Starts a coordinator as a process of its own, which goes on when the caller ends, and ends by itself when
 * it has long been idle. A database URL travels in `env`, never in the arguments, which every user of the
 * machine can read.
 */
export function startDetached(
  home: string,
  entryPath: string,
  nodePath: string,
  env: NodeJS.ProcessEnv,
): Starter {
  return () => ({ ended: launch(home, entryPath, nodePath, env) });
}

async function launch(
  home: string,
  entryPath: string,
  nodePath: string,
  env: NodeJS.ProcessEnv,
): Promise<Ending> {
  // Loaded here because most callers find a coordinator running, and a hook call pays for every module.
  const { spawn } = await import('node:child_process');
  const logs = join(home, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const log = openOutputLog(join(logs, 'coordinator.out'));
  try {
    const child = spawn(nodePath, [entryPath, '--home', home], {
      detached: true,
      env: { ...frugalMemory, ...env },
      stdio: ['ignore', log.handle, log.handle],
      windowsHide: true,
      // A process keeps its working directory from being deleted or unmounted.
      cwd: home,
    });
    child.unref();
    return await new Promise<Ending>(resolve => {
      child.once('error', error =>
        resolve({ failure: `${nodePath} could not be started (${error.message})` }),
      );
      child.once('exit', (code, signal) => {
        const passing = code === 0 || (signal !== null && passingSignals.includes(signal));
        resolve(passing ? {} : { failure: `its process ended (${signal ?? code}). ${log.saidSince()}` });
      });
    });
  } finally {
    closeSync(log.handle);
  }
}

function openOutputLog(file: string): { readonly handle: number; saidSince(): string } {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const afresh = size > longestOutputLog;
  const from = afresh ? 0 : size;
  return {
    handle: openSync(file, afresh ? 'w' : 'a', 0o600),
    saidSince: () => {
      const said = existsSync(file)
        ? readFileSync(file).subarray(from).toString('utf8').trim().slice(-2_000)
        : '';
      return said === '' ? `It printed nothing; see ${file}.` : said;
    },
  };
}
