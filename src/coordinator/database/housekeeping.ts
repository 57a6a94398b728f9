import type { DatabaseEvent } from './port.ts';
import { type Query, sql } from './sql.ts';

/**
 * Bytes of write-ahead log after which a checkpoint is due. So much is replayed after a crash, in half a second; a
 * checkpoint holds everybody up for about a tenth of one.
 */
const checkpointAfter = 16 * 2 ** 20;

/** Autovacuum's own rule (https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM), with a higher floor. */
const tablesToVacuum = sql<{ schema: string; name: string }>`
  select schemaname as schema, relname as name from pg_stat_user_tables
  where n_dead_tup > 500 + 0.2 * n_live_tup or n_mod_since_analyze > 500 + 0.1 * n_live_tup`;

const writtenSinceCheckpoint = sql<{ bytes: number }>`
  select (pg_current_wal_insert_lsn() - redo_lsn)::int8 as bytes from pg_control_checkpoint()`;

/**
 * Does what a Postgres server does by itself and a single session does not: checkpoints, without which the log grows
 * for as long as the process lives, and vacuum with analyze. Answers the function that stops it.
 */
export function startHousekeeping(
  query: <Row>(statement: Query<Row>) => Promise<Row[]>,
  everyMs: number,
  report: (event: DatabaseEvent) => void,
): () => void {
  let stopped = false;

  const keepHouse = async () => {
    for (const { schema, name } of await query(tablesToVacuum))
      await query(sql`vacuum (analyze) ${sql.id(schema, name)}`);
    const [written] = await query(writtenSinceCheckpoint);
    if (written !== undefined && written.bytes >= checkpointAfter) await query(sql`checkpoint`);
  };

  const next = () => {
    if (stopped) return;
    setTimeout(() => {
      if (stopped) return;
      keepHouse()
        .catch((cause: unknown) => {
          if (!stopped) report({ kind: 'housekeeping_failed', cause });
        })
        .finally(next);
    }, everyMs).unref();
  };
  next();
  return () => {
    stopped = true;
  };
}
