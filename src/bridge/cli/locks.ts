import { parseArgs } from 'node:util';
import { asLocalCaller } from './call.ts';
import { type Command, exitCodes } from './command.ts';
import { printJson, printLine } from './print.ts';
import { type LockLine, lockTable } from './tables.ts';

/** `locks [path…] [--json]`: who holds what in this project; with paths, what stands in their way. */
export const locks: Command = async (args, environment) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const found = (await asLocalCaller(environment, ({ call }) =>
    call('check_locks', positionals.length > 0 ? { paths: positionals } : {}),
  )) as { locks: readonly LockLine[] };
  if (values.json) printJson(found);
  else printLine(lockTable(found.locks, Date.now()));
  return exitCodes.ok;
};
