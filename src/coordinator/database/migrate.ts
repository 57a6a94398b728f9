import { createHash } from 'node:crypto';
import { InterlockError } from '../kernel/errors.ts';
import type { Database, Queryable, Transaction } from './port.ts';
import { asOwner } from './role.ts';
import { notify, sql } from './sql.ts';

/** One numbered file under `migrations/`. */
export interface MigrationFile {
  readonly name: string;
  readonly text: string;
}

export interface Migration {
  readonly number: number;
  /** The file's name, as it is recorded. */
  readonly name: string;
  readonly text: string;
  /** True where code that does not know this migration must not write any more. */
  readonly breaking: boolean;
  /** SHA-256 of the text with line feeds, in hex. */
  readonly checksum: string;
}

/** Where a database stands. */
export interface SchemaState {
  /** The newest migration applied; 0 for an empty database. */
  readonly version: number;
  /** The newest breaking migration applied: a client that knows less must be updated. */
  readonly breakingVersion: number;
}

/** Told with the new version as payload after each migration, so that older coordinators can ask {@link checkSchema} again. */
export const schemaChannel = 'interlock_schema';

/** Held by whoever migrates, so that two coordinators may start at once. The number means nothing; it must stay. */
const migrationLock = 4_937_201_611;

/**
 * Reads migration files: `000001_name.sql`, breaking where a line is `-- breaking`. Answers them in order.
 * @throws {Error} for a name that is none, or a number that is taken twice.
 */
export function parseMigrations(files: readonly MigrationFile[]): readonly Migration[] {
  const migrations = files.map(parseMigration).sort((a, b) => a.number - b.number);
  const twice = migrations.find((migration, index) => migration.number === migrations[index - 1]?.number);
  if (twice !== undefined)
    throw new Error(`Two migrations have the number of ${twice.name}; the newer one takes the next number.`);
  return migrations;
}

function parseMigration({ name, text }: MigrationFile): Migration {
  const number = /^(\d{6})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
  if (number === undefined) throw new Error(`The migration ${name} is not named like 000001_subject.sql.`);
  const lines = text.replaceAll('\r\n', '\n');
  return {
    number: Number(number),
    name,
    text: lines,
    breaking: /^-- breaking$/m.test(lines),
    checksum: createHash('sha256').update(lines).digest('hex'),
  };
}

/**
 * Brings a database to the newest migration, each in a transaction of its own, and answers where it stands. Safe to
 * call from several coordinators at once: each migration is applied once.
 * @throws {InterlockError} `schema_too_new` as {@link checkSchema} does; `store_unavailable` where the history differs.
 */
export async function migrate(db: Database, migrations: readonly Migration[]): Promise<SchemaState> {
  let state = await checkSchema(db, migrations);
  for (const migration of migrations) {
    if (migration.number <= state.version) continue;
    state = await db.transaction(tx => applyNext(tx, migrations, migration));
  }
  if (await isUnprotected(db)) await db.transaction(protect);
  return state;
}

/** Puts new tables under row-level security with the others. */
async function protect(tx: Transaction): Promise<void> {
  await asOwner(tx);
  await tx.query(sql`select pg_advisory_xact_lock(${migrationLock}::bigint)`);
  await tx.query(sql`select protect_tables()`);
}

/** True where there are tables that nothing protects yet: of new migrations, or of a backup that was restored. */
async function isUnprotected(db: Queryable): Promise<boolean> {
  const [row] = await db.query(sql<{ is: boolean }>`
    select to_regprocedure('protect_tables()') is not null and exists (
      select from pg_class
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relrowsecurity
    ) as is`);
  return row?.is === true;
}

/** Applies one migration, unless another coordinator was quicker. */
async function applyNext(
  tx: Transaction,
  migrations: readonly Migration[],
  migration: Migration,
): Promise<SchemaState> {
  await asOwner(tx);
  // On PGlite there is nobody to exclude; on Postgres the others wait here and then find the work done.
  await tx.query(sql`select pg_advisory_xact_lock(${migrationLock}::bigint)`);
  const state = await checkSchema(tx, migrations);
  if (migration.number <= state.version) return state;
  if (state.version === 0) await tx.script(historyTable);
  await tx.script(migration.text);
  await tx.query(sql`
    insert into schema_migrations (number, name, breaking, checksum)
    values (${migration.number}, ${migration.name}, ${migration.breaking}, ${migration.checksum})`);
  await tx.query(notify(schemaChannel, String(migration.number)));
  return {
    version: migration.number,
    breakingVersion: migration.breaking ? migration.number : state.breakingVersion,
  };
}

export const historyTable = `
  create table schema_migrations (
    number int primary key,
    name text not null,
    breaking boolean not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  );
  comment on table schema_migrations is 'The migrations applied, one row each.';
`;

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly breaking: boolean;
  readonly checksum: string;
}

/**
 * Reads where the database stands and whether this program may write to it. Newer migrations that are not marked
 * breaking are ones that older code can live with.
 * @throws {InterlockError} `schema_too_new` where the database has a breaking migration that is not among these;
 *   `store_unavailable` where a migration was applied with another text, or left out.
 */
export async function checkSchema(db: Queryable, migrations: readonly Migration[]): Promise<SchemaState> {
  const applied = await readHistory(db);
  const known = new Map(migrations.map(migration => [migration.number, migration]));
  const newest = migrations.at(-1)?.number ?? 0;
  const version = applied.at(-1)?.number ?? 0;
  const breakingVersion = applied.findLast(row => row.breaking)?.number ?? 0;
  if (breakingVersion > newest) throw tooNew(breakingVersion, newest);

  for (const row of applied) {
    const migration = known.get(row.number);
    if (row.number <= newest && migration?.checksum !== row.checksum) throw differs(row.name);
  }
  const missing = migrations.find(
    ({ number }) => number < version && !applied.some(row => row.number === number),
  );
  if (missing !== undefined) throw differs(missing.name);
  return { version, breakingVersion };
}

async function readHistory(db: Queryable): Promise<Applied[]> {
  const [table] = await db.query(
    sql<{ exists: boolean }>`select to_regclass('schema_migrations') is not null as exists`,
  );
  if (table?.exists !== true) return [];
  return await db.query(
    sql<Applied>`select number, name, breaking, checksum from schema_migrations order by number`,
  );
}

function tooNew(found: number, known: number): InterlockError {
  return new InterlockError(
    'schema_too_new',
    `The database is at migration ${found}, which this Interlock does not know; it knows ${known} and cannot write safely.`,
    { next: 'Update Interlock on this machine.', params: { found, known } },
  );
}

function differs(migration: string): InterlockError {
  return new InterlockError(
    'store_unavailable',
    `The database was not made by the migrations of this Interlock: ${migration} differs or is missing.`,
    { next: 'Use the Interlock that made it, or another database.', params: { migration } },
  );
}
