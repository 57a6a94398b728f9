import { InterlockError, reportOf } from '../../coordinator/kernel/errors.ts';
import { version } from '../../coordinator/version.ts';
import type { Environment } from '../environment.ts';
import { type Command, exitCodes } from './command.ts';
import { printJson } from './print.ts';
import { usage } from './usage.ts';

/** Each is loaded only when it is asked for. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['status', async () => (await import('./status.ts')).status],
  ['locks', async () => (await import('./locks.ts')).locks],
  ['approvals', async () => (await import('./approvals.ts')).approvals],
  ['audit', async () => (await import('./audit.ts')).audit],
  ['guard', async () => (await import('./guard.ts')).guard],
  ['git-hooks', async () => (await import('./git-hooks.ts')).gitHooks],
  ['git-hook', async () => (await import('../git/hook.ts')).gitHook],
  ['serve', async () => (await import('./serve.ts')).serve],
]);

/** Runs the command of that name to its end; the exit code says how it went, see `exit-codes.ts`. */
export async function runCommand(
  name: string,
  args: readonly string[],
  environment: Environment,
): Promise<void> {
  // Whoever read our output has seen enough of it.
  process.stdout.on('error', () => process.exit());
  process.exitCode = await exitCodeOf(name, args, environment);
}

async function exitCodeOf(name: string, args: readonly string[], environment: Environment): Promise<number> {
  if (['help', '--help', '-h'].includes(name) || args.includes('--help')) {
    process.stdout.write(usage);
    return exitCodes.ok;
  }
  if (['version', '--version', '-v'].includes(name)) {
    process.stdout.write(`${version}\n`);
    return exitCodes.ok;
  }
  const load = commands.get(name);
  if (!load) {
    process.stderr.write(`interlock: there is no command ${JSON.stringify(name)}.\n\n${usage}`);
    return exitCodes.usage;
  }
  try {
    return await (await load())(args, environment);
  } catch (error) {
    return explain(name, error, args.includes('--json'));
  }
}

function explain(name: string, error: unknown, asJson: boolean): number {
  if (isMistakenOption(error)) {
    process.stderr.write(`interlock ${name}: ${error.message}\n`);
    return exitCodes.usage;
  }
  const report = reportOf(error);
  if (asJson) printJson({ error: report });
  const cause =
    error instanceof InterlockError ? '' : `\n${error instanceof Error ? error.stack : String(error)}`;
  process.stderr.write(
    `interlock ${name}: ${[report.message, report.next].filter(Boolean).join(' ')}${cause}\n`,
  );
  return report.code === 'invalid_input' ? exitCodes.usage : exitCodes.failed;
}

function isMistakenOption(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
