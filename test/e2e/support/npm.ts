import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs npm quietly; throws with the end of what it said when it fails. */
export async function runNpm(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const env = { ...process.env, ...environment };
  try {
    await promisify(execFile)('npm', [...args, ...quiet], { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const said = error instanceof Error ? error.message.trim().slice(-4_000) : String(error);
    throw new Error(`\`npm ${args.join(' ')}\` failed in ${folder}:\n${said}`, { cause: error });
  }
}
