import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Command, exitCodes } from './command.ts';

/**
 * `serve [--idle-minutes <n>]`: runs the coordinator in this process until it is told to end, for machines without an
 * editor. It logs to standard error, and fails where another process serves the store.
 */
export const serve: Command = async (args, environment) => {
  const { values } = parseArgs({
    args: [...args],
    options: { 'idle-minutes': { type: 'string', default: '0' } },
  });
  const { home, coordinatorPath, nodePath } = environment;
  // It is the same program that others start detached, and reads its arguments as they do.
  const idle = ['--idle-minutes', values['idle-minutes']];
  process.argv = [nodePath, coordinatorPath, '--home', home, ...idle, '--foreground'];
  await import(pathToFileURL(coordinatorPath).href);
  return process.exitCode === undefined ? exitCodes.ok : exitCodes.failed;
};
