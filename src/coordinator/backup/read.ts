import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Migration } from '../database/migrate.ts';
import type { Database } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type BackupHead, digestIn, formatVersion, headIn, statementEnd } from './format.ts';

/**
 * Reads the whole file and answers what it is.
 * @throws InterlockError `invalid_input` where it is no backup, is not as it was written, or needs a newer Interlock.
 */
export async function checkBackup(file: string, migrations: readonly Migration[]): Promise<BackupHead> {
  const digest = createHash('sha256');
  let head: BackupHead | undefined;
  let promised: string | undefined;
  let first = true;
  for await (const line of linesOf(file)) {
    if (first) head = headIn(line);
    first = false;
    if (!head) throw wrong(file, 'is no backup of Interlock');
    if (promised !== undefined) throw wrong(file, 'goes on behind its end');
    promised = digestIn(line);
    if (promised === undefined) digest.update(`${line}\n`);
  }
  if (!head) throw wrong(file, 'is empty');
  if (promised === undefined) throw wrong(file, 'is cut off: its last line is missing');
  if (promised !== digest.digest('hex')) throw wrong(file, 'is not as it was written: its digest differs');
  const newest = migrations.at(-1)?.number ?? 0;
  if (head.format > formatVersion || head.schema > newest) {
    throw new InterlockError(
      'schema_too_new',
      `${file} was made by Interlock ${head.version} (schema ${head.schema}); this one knows schema ${newest}.`,
      { next: 'Update Interlock.' },
    );
  }
  return head;
}

/**
 * Fills an empty database with a backup that was checked, all or nothing. Bring its schema up to date afterwards.
 * @throws InterlockError `store_unavailable` where the database is not empty.
 */
export async function readBackup(database: Database, file: string): Promise<void> {
  await database.transaction(async tx => {
    const [found] = await tx.query(sql<{ name: string }>`
      select relname::text as name from pg_class
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'v', 'm', 'S') limit 1`);
    if (found) throw notEmpty(found.name);
    let piece: string[] = [];
    for await (const line of linesOf(file)) {
      if (line !== statementEnd) {
        piece.push(line);
        continue;
      }
      const text = piece.filter(part => headIn(part) === undefined).join('\n');
      piece = [];
      // The transaction is ours.
      if (text !== 'begin;' && text !== 'commit;') await tx.script(text);
    }
  });
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, 'utf8');
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (cause) {
    throw new InterlockError('invalid_input', `${file} cannot be read.`, { cause });
  } finally {
    input.destroy();
  }
}

function wrong(file: string, what: string): InterlockError {
  return new InterlockError('invalid_input', `${file} ${what}.`, {
    next: 'Restore another backup. Nothing was changed.',
  });
}

function notEmpty(name: string): InterlockError {
  return new InterlockError('store_unavailable', `The database is not empty: ${name} is in it.`, {
    next: 'Name an empty database, or another schema of this one (?options=-c%20search_path%3D<schema>).',
  });
}
