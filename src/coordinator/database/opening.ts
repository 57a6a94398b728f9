import { InterlockError } from '../kernel/errors.ts';
import { QueryError } from './errors.ts';
import type { Queryable } from './port.ts';
import { sql } from './sql.ts';

/** The oldest major version that the migrations run on. */
const oldestServer = 15;

/** @throws InterlockError `store_unavailable` where the server of a shared database is too old. */
export async function checkServer(database: Queryable): Promise<void> {
  const [row] = await database.query(
    sql<{ version: number }>`select current_setting('server_version_num')::int / 10000 as version`,
  );
  if (row) refuseOldServer(row.version);
}

/** @param version the major one. */
export function refuseOldServer(version: number): void {
  if (version >= oldestServer) return;
  throw new InterlockError('store_unavailable', `The database is Postgres ${version}.`, {
    next: `Use one of Postgres ${oldestServer} or newer.`,
    params: { version, oldest: oldestServer },
  });
}

/** What a server refuses before there is a schema, by SQLSTATE, and what to do about it. */
const refusals: Readonly<Record<string, string>> = {
  '28000': 'Let the server accept this user from here (pg_hba.conf), or correct the address of the database.',
  '28P01': 'Correct the user or the password in the address of the database.',
  '3D000': 'Create that database, or correct its name in the address.',
  '42501': 'Connect as the user who owns the tables of Interlock, or into an empty database of your own.',
};

/** Why a shared database cannot be opened, in words that say what to mend; anything else as it is. */
export function explainOpening(error: unknown): unknown {
  const next = error instanceof QueryError ? refusals[error.sqlState] : undefined;
  if (!(error instanceof QueryError) || next === undefined) return error;
  return new InterlockError('store_unavailable', `The database refuses: ${error.message}.`, {
    next,
    cause: error,
  });
}
