import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunFolder } from './run-folder.ts';

/**
 * Ends what a run left behind: a coordinator that a bridge or a hook started goes on without them, as it should, for
 * ten minutes. A process is of this run when its command line names the run's folder, which is new for each run.
 */
export async function endLeftovers(
  { root }: Pick<RunFolder, 'root'>,
  graceMilliseconds = 5_000,
): Promise<void> {
  const deadline = Date.now() + graceMilliseconds;
  for (let left = processesNaming(root); left.length > 0; left = processesNaming(root)) {
    for (const pid of left) signal(pid, Date.now() > deadline ? 'SIGKILL' : 'SIGTERM');
    await delay(100);
  }
}

function processesNaming(folder: string): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => pid !== process.pid && commandLine(pid).some(word => word.startsWith(folder)));
}

/** The words of a process's command line; none when it has ended meanwhile. */
function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
