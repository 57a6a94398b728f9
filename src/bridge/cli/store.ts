import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { errorOf } from '../../coordinator/client/refusal.ts';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import type { Environment } from '../environment.ts';
import { type Command, exitCodes } from './command.ts';
import { printJson, printLine } from './print.ts';

interface Audited {
  readonly audit: { readonly projects: number; readonly records: number };
}

/** `backup <file>`: everything in the store as plain SQL, which `psql` reads too. */
export const backup: Command = async (args, environment) => {
  const { file, json } = fileIn('backup', args);
  const done = (await runStoreTask(environment, ['back-up', file])) as { tables: Record<string, number> };
  if (json) printJson(done);
  else printLine(`${rowsOf(done.tables)} are in ${file}, which only you can read.`);
  return exitCodes.ok;
};

/** `restore <file> [--replace]`: fills an empty store with a backup. */
export const restore: Command = async (args, environment) => {
  const { file, json, replace } = fileIn('restore', args);
  const task = ['restore', file, ...(replace ? ['--replace'] : [])];
  const done = (await runStoreTask(environment, task)) as Audited & {
    made_at: string;
    earlier_store?: string;
  };
  if (json) printJson(done);
  else {
    printLine(`The store is as it was on ${done.made_at}. ${verified(done)}`);
    if (done.earlier_store !== undefined) printLine(`What was there before is in ${done.earlier_store}.`);
  }
  return exitCodes.ok;
};

/** `migrate --to <url>`: copies the store to an empty Postgres, and compares every table. */
export const migrate: Command = async (args, environment) => {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' }, to: { type: 'string' } },
  });
  const to = values.to ?? environment.variables.INTERLOCK_MIGRATE_TO;
  if (to === undefined || !/^postgres(?:ql)?:\/\//.test(to)) {
    throw new InterlockError('invalid_input', '--to: the address of an empty Postgres database is missing.', {
      next: 'It is postgres://user:password@host/database; the variable INTERLOCK_MIGRATE_TO keeps it out of the list of processes.',
    });
  }
  const done = (await runStoreTask(environment, ['migrate'], { target: to })) as Audited & {
    tables: Record<string, number>;
  };
  if (values.json) printJson(done);
  else {
    printLine(`${rowsOf(done.tables)} were copied, and every table compared. ${verified(done)}`);
    printLine(
      'Next: “Interlock: Use a Shared Database” in the editor, or INTERLOCK_DATABASE_URL for programs.',
    );
  }
  return exitCodes.ok;
};

function fileIn(name: string, args: readonly string[]): { file: string; json: boolean; replace: boolean } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' }, replace: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new InterlockError('invalid_input', 'One file has to be named.', {
      next: `interlock ${name} <file>`,
    });
  }
  return { file: resolve(file), json: values.json ?? false, replace: values.replace ?? false };
}

export interface TaskOptions {
  /** Where a store is moved to. It may hold a password, so it is no argument. */
  readonly target?: string;
  /** The task asks whoever sits at the terminal. */
  readonly terminal?: boolean;
}

/** Runs the task in a process of its own, which owns the store meanwhile. @throws InterlockError what it failed with. */
export async function runStoreTask(
  environment: Environment,
  task: readonly string[],
  { target, terminal = false }: TaskOptions = {},
): Promise<unknown> {
  const { home, nodePath, coordinatorPath, variables, databaseUrl, canStart } = environment;
  if (databaseUrl === undefined && !canStart) throw onlyWithAddress();
  const env = { ...variables, ...(target === undefined ? {} : { INTERLOCK_MIGRATE_TO: target }) };
  const child = spawn(nodePath, [coordinatorPath, home, '--store-task', ...task], {
    env,
    stdio: [terminal ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    windowsHide: true,
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const { result, error, detail } = answerIn(printed);
  if (error === undefined) return result;
  throw Object.assign(errorOf(error), { cause: detail });
}

function answerIn(printed: string): { result?: unknown; error?: object; detail?: string } {
  try {
    return JSON.parse(printed);
  } catch (cause) {
    throw new InterlockError('internal_error', 'The task with the store ended without an answer.', { cause });
  }
}

function onlyWithAddress(): InterlockError {
  return new InterlockError(
    'store_unavailable',
    'The editor works on a shared database, whose address it keeps.',
    {
      next: 'Set INTERLOCK_DATABASE_URL to that address for this call.',
    },
  );
}

function rowsOf(tables: Readonly<Record<string, number>>): string {
  const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
  return `${rows.toLocaleString('en')} rows of ${Object.keys(tables).length} tables`;
}

function verified({ audit }: Audited): string {
  return `The audit log verifies: ${audit.records.toLocaleString('en')} records of ${audit.projects} projects.`;
}
