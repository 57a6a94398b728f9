import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Command, exitCodes } from './command.ts';

/** What the coordinator takes as it is. */
const passedOn = ['listen', 'requests-per-minute'] as const;
const passedOnEach = ['allow-host', 'allow-origin'] as const;

/**
 * `serve [--listen <address:port>] [--idle-minutes <n>]`: runs the coordinator in this process until it is told to end,
 * for machines without an editor. It logs to standard error, a line of JSON an event, and fails where another process
 * serves the store or the address for HTTP cannot be opened.
 */
export const serve: Command = async (args, environment) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'idle-minutes': { type: 'string', default: '0' },
      listen: { type: 'string' },
      'requests-per-minute': { type: 'string' },
      'allow-host': { type: 'string', multiple: true },
      'allow-origin': { type: 'string', multiple: true },
    },
  });
  const { home, coordinatorPath, nodePath } = environment;
  const given = [
    ...passedOn.flatMap(name => optionOf(name, values[name])),
    ...passedOnEach.flatMap(name => (values[name] ?? []).flatMap(value => optionOf(name, value))),
  ];
  // It is the same program that others start detached, and reads its arguments as they do.
  const idle = ['--idle-minutes', values['idle-minutes']];
  process.argv = [nodePath, coordinatorPath, '--home', home, ...idle, ...given, '--foreground'];
  await import(pathToFileURL(coordinatorPath).href);
  return process.exitCode === undefined ? exitCodes.ok : exitCodes.failed;
};

function optionOf(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`--${name}=${value}`];
}
