import { InterlockError, reportOf } from '../../coordinator/kernel/errors.ts';
import type { Environment } from '../environment.ts';
import { exitCodes } from './command.ts';
import { commands } from './command-table.ts';
import { loaders } from './loaders.ts';
import { printJson } from './print.ts';
import { usageOf } from './usage.ts';

const aliases: ReadonlyMap<string, string> = new Map([
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-v', 'version'],
]);

/** Runs the command of that name to its end; the exit code says how it went, see {@link exitCodes}. */
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
  const spec = commands.find(command => command.name === (aliases.get(name) ?? name));
  if (!spec) {
    process.stderr.write(`interlock: there is no command ${JSON.stringify(name)}.\n\n${usageOf()}`);
    return exitCodes.usage;
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usageOf(spec.name) ?? '');
    return exitCodes.ok;
  }
  try {
    return await (await loaders[spec.name]())(args, environment);
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
