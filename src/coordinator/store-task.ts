import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { readAsset } from './assets.ts';
import { verifyChain } from './audit/verify.ts';
import { checkBackup, readBackup } from './backup/read.ts';
import { contentsOf } from './backup/tables.ts';
import { writeBackup } from './backup/write.ts';
import { createCoordinator } from './coordinator.ts';
import { openEmbedded } from './database/embedded.ts';
import { migrate, parseMigrations } from './database/migrate.ts';
import { migrationFiles } from './database/migration-files.ts';
import { openDatabase } from './database/open.ts';
import type { Database } from './database/port.ts';
import { openPostgres } from './database/postgres.ts';
import { sql } from './database/sql.ts';
import { notExecutedHeader } from './handshake.ts';
import { host } from './host/run.ts';
import { InterlockError, reportOf } from './kernel/errors.ts';
import { enrollOperator } from './operators/operators.ts';

export interface StoreTaskOptions {
  readonly home: string;
  readonly databaseUrl: string | undefined;
  /** Where `migrate` moves the store. It may hold a password, and so is no argument. */
  readonly target: string | undefined;
  readonly version: string;
  /** `back-up <file>`, `restore <file> [--replace]`, `migrate`, or `enrol <name and key_hash as JSON>`. */
  readonly task: readonly string[];
}

const migrations = parseMigrations(migrationFiles);
const report = () => undefined;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Does one thing with the whole store, as its only owner, and prints the result as one line of JSON: `{result}` or
 * `{error}`. Whoever calls in the meantime is told to come again.
 */
export async function runStoreTask(options: StoreTaskOptions): Promise<void> {
  try {
    process.stdout.write(`${JSON.stringify({ result: await run(options) })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: reportOf(error), detail: String(error) })}\n`);
    process.exitCode = 1;
  }
}

async function run(options: StoreTaskOptions): Promise<object> {
  const [kind, file = '', ...flags] = options.task;
  switch (kind) {
    case 'back-up':
      return asOwner(options, async () => {
        const database = await openStore(options);
        return closing(database, () => writeBackup({ database, migrations, version: options.version, file }));
      });
    case 'restore':
      return restore(options, file, flags.includes('--replace'));
    case 'migrate':
      return asOwner(options, () => moveTo(options));
    case 'enrol':
      return enrol(options, file);
    default:
      throw new InterlockError('invalid_input', `There is no task ${JSON.stringify(kind)}.`);
  }
}

async function restore(options: StoreTaskOptions, file: string, replace: boolean): Promise<object> {
  const head = await checkBackup(file, migrations);
  const fill = async (database: Database) => {
    await readBackup(database, file);
    const { version } = await migrate(database, migrations);
    return { file, made_at: head.made_at, schema: version, audit: await verifyAll(database) };
  };
  const { home, databaseUrl } = options;
  if (databaseUrl !== undefined) {
    const database = openPostgres({ url: databaseUrl, report });
    return closing(database, () => fill(database));
  }
  return asOwner(options, async () => {
    const folder = path.join(home, 'store');
    const earlier = path.join(home, `store.before-${Date.now()}`);
    const isThere = existsSync(folder);
    if (isThere && !replace) throw storeIsThere(folder);
    if (isThere) await rename(folder, earlier);
    try {
      const database = await openEmbedded({ folder, asset: readAsset, report });
      const done = await closing(database, async () => {
        // It begins with the tables of the newest schema, and the backup brings its own.
        await database.transaction(tx => tx.script('drop schema public cascade; create schema public;'));
        return fill(database);
      });
      return { ...done, ...(isThere ? { earlier_store: earlier } : {}) };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (isThere) await rename(earlier, folder);
      throw error;
    }
  });
}

/** Makes the person at the terminal the first who may decide. An agent's commands have no terminal. */
async function enrol(options: StoreTaskOptions, request: string): Promise<object> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new InterlockError('operation_not_permitted', 'Only a person at a terminal is enrolled here.');
  }
  return asOwner(options, async () => {
    const database = await openStore(options);
    return closing(database, async () => {
      const coordinator = await createCoordinator({
        database,
        asset: readAsset,
        protectedPaths: [options.home],
        version: options.version,
        log: silent,
        monotonicMs: () => performance.now(),
      });
      try {
        const answer = await coordinator.corridor.walk({
          operation: enrollOperator,
          input: JSON.parse(request),
          credential: { kind: 'system', name: 'terminal' },
          door: 'system',
          cwd: null,
        });
        return { answer };
      } finally {
        await coordinator.close();
      }
    });
  });
}

/** Copies the store to another database, and compares every table afterwards. */
async function moveTo(options: StoreTaskOptions): Promise<object> {
  const { home, target, version } = options;
  if (target === undefined)
    throw new InterlockError('invalid_input', 'Nothing says where to: --to is missing.');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const file = path.join(home, `migrating-${process.pid}.sql`);
  const source = await openStore(options);
  const database = openPostgres({ url: target, report });
  try {
    const { schema, tables } = await writeBackup({ database: source, migrations, version, file });
    await readBackup(database, file);
    const [before, after] = [await contentsOf(source), await contentsOf(database)];
    const differing = Object.keys({ ...before, ...after }).filter(name => before[name] !== after[name]);
    if (differing.length > 0) throw differs(differing);
    // Of the same schema, so it does no more than put the tables under row-level security.
    await migrate(database, migrations);
    return { schema, tables, audit: await verifyAll(database) };
  } finally {
    await rm(file, { force: true });
    await Promise.all([source.close(), database.close()]);
  }
}

/** @throws InterlockError `store_unavailable` where a record is not as it was written. */
async function verifyAll(
  database: Database,
): Promise<{ readonly projects: number; readonly records: number }> {
  const projects = await database.query(sql<{ id: string; name: string }>`
    select id, name from projects where id in (select project_id from audit_heads)`);
  let records = 0;
  for (const { id, name } of projects) {
    const verified = await verifyChain(database, id);
    if (verified.first_bad) {
      throw new InterlockError(
        'store_unavailable',
        `The audit log of ${name} does not verify: record ${verified.first_bad.sequence} (${verified.first_bad.kind}).`,
        { next: 'interlock audit verify shows whether it was whole before.' },
      );
    }
    records += verified.records;
  }
  return { projects: projects.length, records };
}

/** A shared database has no owner; the embedded one is opened by nobody else while the work is done. */
async function asOwner<Result>(options: StoreTaskOptions, work: () => Promise<Result>): Promise<Result> {
  const { home, databaseUrl, version } = options;
  if (databaseUrl !== undefined) return work();
  let finish = (): void => undefined;
  const finished = new Promise<void>(resolve => {
    finish = resolve;
  });
  const hosting = await host({
    home,
    mode: 'detached',
    takeOver: true,
    version,
    openLog: async () => silent,
    abandon: reason => {
      process.stderr.write(`ended at once: ${reason}\n`);
      process.exit(1);
    },
    startService: async () => ({
      schemaVersion: 0,
      handleRequest(_, response) {
        response.setHeader(notExecutedHeader, 'draining');
        response.setHeader('connection', 'close');
        response.writeHead(503, { 'content-type': 'application/problem+json' });
        response.end(JSON.stringify(reportOf(atWork())));
      },
      // Whoever asks for the store in the meantime waits: nobody else may open it before the work is done.
      close: () => finished,
    }),
  });
  if ('takenBy' in hosting) throw ownedByWindow(hosting.takenBy.holder.pid);
  await hosting.ready;
  try {
    return await work();
  } finally {
    finish();
    await hosting.stop('the task is done');
  }
}

async function openStore({ home, databaseUrl }: StoreTaskOptions): Promise<Database> {
  return (await openDatabase({ home, databaseUrl, asset: readAsset, report })).database;
}

async function closing<Result>(database: Database, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    await database.close();
  }
}

function atWork(): InterlockError {
  return new InterlockError('coordinator_unavailable', 'The store is being copied.', { retryable: true });
}

function ownedByWindow(pid: number): InterlockError {
  return new InterlockError(
    'store_unavailable',
    `An editor window (process ${pid}) runs the coordinator of this store, and the store has one owner.`,
    { next: 'Close the editor’s windows, and try again.', params: { pid } },
  );
}

function storeIsThere(folder: string): InterlockError {
  return new InterlockError('store_unavailable', `There is a store in ${folder} already.`, {
    next: 'With --replace it is kept beside the new one, and no longer used.',
  });
}

function differs(tables: readonly string[]): InterlockError {
  return new InterlockError(
    'store_unavailable',
    `The copy differs from the store in ${tables.join(', ')}; it must not be used.`,
    { next: 'Empty the target, see that nobody writes to the store, and try again.' },
  );
}
