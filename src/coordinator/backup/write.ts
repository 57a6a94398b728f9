import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { historyTable, type Migration } from '../database/migrate.ts';
import type { Database, Transaction } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { InterlockError } from '../kernel/errors.ts';
import { digestLine, formatVersion, headLine, literal, statementEnd } from './format.ts';
import { type StoredTable, storedCounters, storedTables } from './tables.ts';

/** Rows read at a time. They are not large: the largest hold the content of an edit. */
const rowsAtOnce = 500;

export interface BackupOptions {
  readonly database: Database;
  /** All that this program knows. */
  readonly migrations: readonly Migration[];
  readonly version: string;
  /** Must not be there yet. Readable by this user alone. */
  readonly file: string;
}

export interface BackupResult {
  readonly file: string;
  readonly schema: number;
  readonly tables: Readonly<Record<string, number>>;
}

/**
 * Writes everything in the database to a file, as of one moment: the file is there whole or not at all.
 * @throws InterlockError `invalid_input` where the file is there already; `schema_too_new` where a newer Interlock has
 * migrated the database.
 */
export async function writeBackup({
  database,
  migrations,
  version,
  file,
}: BackupOptions): Promise<BackupResult> {
  const draft = `${file}.${process.pid}`;
  const handle = await create(draft, file);
  try {
    const result = await database.transaction(tx => write(tx, migrations, version, createWriter(handle)), {
      ofOneMoment: true,
    });
    await handle.sync();
    await handle.close();
    await rename(draft, file);
    return { file, ...result };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
}

async function create(draft: string, file: string): Promise<FileHandle> {
  try {
    const there = await open(file, 'r').catch(() => undefined);
    await there?.close();
    if (there)
      throw new InterlockError('invalid_input', `${file} is there already.`, { next: 'Name a new file.' });
    return await open(draft, 'wx', 0o600);
  } catch (error) {
    if (error instanceof InterlockError) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new InterlockError('invalid_input', `${file} cannot be written: ${cause}`, {
      next: 'Name a file in a folder that is there and can be written to.',
    });
  }
}

interface Writer {
  lines(...lines: readonly string[]): Promise<void>;
  end(): Promise<void>;
}

function createWriter(handle: FileHandle): Writer {
  const digest = createHash('sha256');
  return {
    async lines(...lines) {
      const text = lines.map(line => `${line}\n`).join('');
      digest.update(text);
      await handle.write(text);
    },
    async end() {
      await handle.write(`${digestLine(digest.digest('hex'))}\n`);
    },
  };
}

async function write(
  tx: Transaction,
  migrations: readonly Migration[],
  version: string,
  out: Writer,
): Promise<Omit<BackupResult, 'file'>> {
  const [state] = await tx.query(sql<{ schema: number; now: Date }>`
    select max(number)::int as schema, now() as now from schema_migrations`);
  const schema = state?.schema ?? 0;
  const newest = migrations.at(-1)?.number ?? 0;
  if (schema > newest) {
    throw new InterlockError(
      'schema_too_new',
      `The database is at migration ${schema}; this Interlock knows ${newest}, and would leave out what came later.`,
      { next: 'Make the backup with the newest Interlock.' },
    );
  }
  const made_at = (state?.now ?? new Date()).toISOString();
  await out.lines(headLine({ format: formatVersion, schema, version, made_at }), 'begin;', statementEnd);
  const applied = migrations.filter(({ number }) => number <= schema);
  for (const text of [historyTable, ...applied.map(migration => migration.text)]) {
    await out.lines(text.trimEnd(), statementEnd);
  }
  const tables = await storedTables(tx);
  const seeded = tables.filter(({ name }) =>
    applied.some(({ text }) => new RegExp(`^insert into ${name}\\b`, 'm').test(text)),
  );
  // What a migration put in is in the rows too, as it has become.
  for (const { name } of seeded.reverse()) await out.lines(`delete from ${quotedName(name)};`, statementEnd);
  const counts: Record<string, number> = {};
  for (const table of tables) counts[table.name] = await writeRows(tx, table, out);
  for (const { name, last } of await storedCounters(tx)) {
    if (last !== null) await out.lines(`select setval(${literal(quotedName(name))}, ${last});`, statementEnd);
  }
  await out.lines('commit;', statementEnd);
  await out.end();
  return { schema, tables: counts };
}

async function writeRows(
  tx: Transaction,
  { name, columns, refersToItself }: StoredTable,
  out: Writer,
): Promise<number> {
  const into = `insert into ${quotedName(name)} (${columns.map(quotedName).join(', ')}) overriding system value values`;
  const texts = columns.map(column => sql`${sql.ref(column)}::text`);
  await tx.query(sql`
    declare backup_rows no scroll cursor for
    select array[${sql.join(texts)}]::text[] as row from ${sql.table(name)}`);
  let count = 0;
  for (;;) {
    const rows = await tx.query(
      sql<{ row: (string | null)[] }>`fetch forward ${sql.lit(rowsAtOnce)} from backup_rows`,
    );
    // Rows that refer to one another have to come in one statement.
    const opens = refersToItself ? count === 0 && rows.length > 0 : rows.length > 0;
    if (opens) await out.lines(into);
    const begins = (index: number) => (index === 0 && (opens || !refersToItself) ? '  ' : '  ,');
    await out.lines(...rows.map(({ row }, index) => `${begins(index)}(${row.map(literal).join(', ')})`));
    count += rows.length;
    const isLast = rows.length < rowsAtOnce;
    if (refersToItself ? isLast && count > 0 : rows.length > 0) await out.lines(';', statementEnd);
    if (isLast) break;
  }
  await tx.query(sql`close backup_rows`);
  return count;
}

function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
