import { spawn } from 'node:child_process';
import { InterlockError } from '../kernel/errors.ts';

export interface GitOptions {
  /** What git reads from its standard input. */
  readonly input?: string;
  /** Exit codes that are answers. Default: 0. */
  readonly accepts?: readonly number[];
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
}

/** A repository on a dead network drive, or one as large as a continent, must not be waited for for ever. Milliseconds. */
const longestMs = 60_000;
/** A thousand branches that change a thousand files each. Bytes. */
const mostOutput = 256 * 1024 * 1024;

/** No optional locks and no fsmonitor: looking must neither disturb another git nor run what a repository configures. */
const quiet = ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];

/**
 * Runs the user's git in a folder and answers what it printed.
 * @throws InterlockError `not_found` where git cannot be started or fails, with its own words, and `deadline_exceeded`
 * where it does not come to an end.
 */
export function runGit(
  folder: string,
  args: readonly string[],
  { input = '', accepts = [0] }: GitOptions = {},
): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', folder, ...quiet, ...args], { windowsHide: true });
    const output: Buffer[] = [];
    const complaint: Buffer[] = [];
    let size = 0;
    let ended: InterlockError | undefined;
    const end = (error: InterlockError) => {
      ended ??= error;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => end(tooSlow(args)), longestMs);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostOutput) end(tooMuch(args));
      else output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < 16) complaint.push(chunk);
    });
    // Whatever git did not want to read, it tells by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', cause => {
      clearTimeout(timer);
      reject(noGit(cause));
    });
    child.on('close', code => {
      clearTimeout(timer);
      const answer = { code: code ?? -1, stdout: Buffer.concat(output).toString('utf8') };
      if (ended) reject(ended);
      else if (accepts.includes(answer.code)) resolve(answer);
      else reject(failed(args, Buffer.concat(complaint).toString('utf8')));
    });
  });
}

/** What git printed, in the pieces that it ended with NUL. */
export async function gitPieces(
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string[]> {
  const { stdout } = await runGit(folder, args, options);
  const pieces = stdout.split('\0');
  if (pieces.at(-1) === '') pieces.pop();
  return pieces;
}

function noGit(cause: Error): InterlockError {
  return new InterlockError('not_found', `git could not be started: ${cause.message}.`, {
    next: 'Install git, and see that it is on the PATH.',
    cause,
  });
}

function failed([command]: readonly string[], complaint: string): InterlockError {
  return new InterlockError('not_found', `git ${command} failed: ${complaint.trim().slice(0, 500)}`);
}

function tooSlow([command]: readonly string[]): InterlockError {
  return new InterlockError('deadline_exceeded', `git ${command} took longer than ${longestMs} ms.`, {
    retryable: true,
  });
}

function tooMuch([command]: readonly string[]): InterlockError {
  return new InterlockError('deadline_exceeded', `git ${command} printed more than ${mostOutput} bytes.`);
}
