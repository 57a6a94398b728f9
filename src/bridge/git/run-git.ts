import { execFile } from 'node:child_process';
import { InterlockError } from '../../coordinator/kernel/errors.ts';

/** The names of all files of a repository fit. */
const mostOutput = 512 * 1024 * 1024;

export interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git and answers what it said, whatever its exit code. @throws InterlockError `not_found` where there is no git. */
export function askGit(cwd: string, args: readonly string[], input = ''): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      [...args],
      { cwd, maxBuffer: mostOutput, windowsHide: true },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(noGit(error));
        else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    // Whatever git did not want to read, it told by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** What git printed. @throws InterlockError `invalid_input` with git's own words where it failed. */
export async function git(cwd: string, args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await askGit(cwd, args, input);
  if (code === 0) return stdout;
  throw new InterlockError('invalid_input', `git ${args[0]} failed: ${stderr.trim() || `code ${code}`}`);
}

/** The first line of what git printed; undefined where it failed or printed nothing. */
export async function gitLine(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const { code, stdout } = await askGit(cwd, args);
  return code === 0 ? stdout.split('\n')[0] || undefined : undefined;
}

function noGit(cause: Error): InterlockError {
  return new InterlockError('not_found', `git could not be started: ${cause.message}.`, {
    next: 'Install git, and see that it is on the PATH.',
    cause,
  });
}
