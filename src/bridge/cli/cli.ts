import { version } from '../../coordinator/version.ts';
import type { Environment } from '../environment.ts';
import { exitCodes } from './exit-codes.ts';
import { usage } from './usage.ts';

/** Runs one command and answers with the exit code. */
export type Command = (args: readonly string[], environment: Environment) => Promise<number>;

/** Each is loaded only when it is asked for. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map();

/** Runs the command of that name to its end; the exit code says how it went. */
export async function runCommand(
  name: string,
  args: readonly string[],
  environment: Environment,
): Promise<void> {
  if (['help', '--help', '-h'].includes(name)) {
    process.stdout.write(usage);
    return;
  }
  if (['version', '--version', '-v'].includes(name)) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const load = commands.get(name);
  if (load) {
    process.exitCode = await (await load())(args, environment);
    return;
  }
  process.stderr.write(`interlock: there is no command ${JSON.stringify(name)}.\n\n${usage}`);
  process.exitCode = exitCodes.usage;
}
