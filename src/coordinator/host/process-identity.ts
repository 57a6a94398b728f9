import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { InterlockError } from '../kernel/errors.ts';

/** Enough to recognise a process later, and to know whether one is in a position to judge it. */
export interface ProcessIdentity {
  readonly pid: number;
  /**
   * When it started, in whatever unit the system counts; tells a process from a later one with the same id.
   */
  readonly started: string;
  /** The process id namespace (Linux); ids mean nothing outside theirs. */
  readonly namespace: string;
  /**
   * The running kernel. Sockets of another kernel, or of the time before a reboot, cannot be judged by
   * connecting.
   */
  readonly boot: string;
  /** The machine, across reboots. */
  readonly machine: string;
  /** For people to read; it may change while a process runs. */
  readonly hostname: string;
}

const run = promisify(execFile);

/**
 * @throws InterlockError `store_unavailable` where the system does not say which kernel or process this is.
 */
export async function identifyThisProcess(): Promise<ProcessIdentity> {
  const started = await startOf(process.pid);
  if (started === undefined) throw unidentified('its own start time');
  kernel ??= identifyKernel();
  return { pid: process.pid, started, ...(await kernel), hostname: hostname() };
}

type Kernel = Pick<ProcessIdentity, 'namespace' | 'boot' | 'machine'>;

/** It cannot change while the process runs, and asking costs a child process on macOS. */
let kernel: Promise<Kernel> | undefined;

/**
 * When the process with this id started, or undefined where there is no such process.
 * It throws where the system does not tell, which is no proof of anything.
 */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return startOnLinux(pid);
  // A pipe that is gone proves its owner gone, so on Windows nobody needs this.
  if (process.platform === 'win32') return '';
  return startByPs(pid);
}

function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the command, field 2, may hold anything, so count from its last parenthesis; start time is
    // field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0] ?? '';
    const started = fields[19] ?? '';
    // A zombie is gone once its last thread is; the leader alone may be a zombie earlier.
    const gone = state === 'X' || (state === 'Z' && readdirSync(`/proc/${pid}/task`).length <= 1);
    return gone ? undefined : started;
  } catch (error) {
    if (noSuchProcess(error)) return undefined;
    throw error;
  }
}

async function startByPs(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (noSuchProcess(error)) return undefined;
  }
  // Its clock and language follow the environment, which must be the same for whoever writes and whoever
  // compares.
  const env = { LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = await run('/bin/ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], { env });
  const [state, ...started] = stdout.trim().split(/\s+/);
  return state === undefined || state.startsWith('Z') ? undefined : started.join(' ');
}

async function identifyKernel(): Promise<Kernel> {
  switch (process.platform) {
    case 'linux':
      return {
        namespace: readlinkSync('/proc/self/ns/pid'),
        boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
        // Cloned machines share the id, and containers have none: the name has to agree as well.
        machine: `${machineIdOnLinux()} ${hostname()}`,
      };
    case 'darwin': {
      // The name of a Mac changes with the network it is in. Start times tell a reboot, see `startByPs`.
      const { stdout } = await run('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']);
      const machine = /"IOPlatformUUID" = "([^"]+)"/.exec(stdout)?.[1];
      if (machine === undefined) throw unidentified('the id of this Mac');
      return { namespace: '', boot: machine, machine };
    }
    default:
      return { namespace: '', boot: hostname(), machine: hostname() };
  }
}

function machineIdOnLinux(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim();
  } catch {
    return '';
  }
}

function noSuchProcess(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code));
}

function unidentified(what: string): InterlockError {
  return new InterlockError(
    'store_unavailable',
    `This system does not tell ${what}, so the store cannot be claimed safely.`,
    {
      next: 'Use a shared Postgres (INTERLOCK_DATABASE_URL) on this system.',
    },
  );
}
