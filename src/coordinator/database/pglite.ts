import { PGlite } from '@electric-sql/pglite';
import { createChannels } from './channels.ts';
import { parsedTypes, parserFor } from './column-types.ts';
import { translate } from './errors.ts';
import type { Database, DatabaseEvent } from './port.ts';
import { compile, type Query, type Statement, sql } from './sql.ts';
import { createTransactionScope, type Session } from './transactions.ts';

/** The parts of PGlite that are no code: the compiled database, and the files that are its installation. */
export interface PgliteAssets {
  readonly wasm: WebAssembly.Module;
  readonly files: Blob;
}

export interface PgliteOptions {
  /** A data directory with a database in it; undefined keeps the database in memory. */
  readonly dataDir?: string;
  /** A tar of a data directory, which fills a database in memory. */
  readonly contents?: Blob;
  readonly assets: PgliteAssets;
  readonly report: (event: DatabaseEvent) => void;
}

/** The Postgres inside PGlite: a data directory belongs to one major version. */
export const postgresMajor = '18';

/**
 * `PGlite.defaultStartParams` (not exported in a usable form), and small buffers: with the 128 MB that Postgres
 * takes by default the process grows to 300 MB, and a coordinator's whole store fits into less than this.
 */
const startParams = [
  '--single',
  ...['-F', '-O', '-j'],
  ...['-c', 'search_path=public'],
  ...['-c', 'exit_on_error=false'],
  ...['-c', 'log_checkpoints=false'],
  ...['-c', 'max_worker_processes=0'],
  ...['-c', 'max_parallel_workers=0'],
  ...['-c', 'max_parallel_workers_per_gather=0'],
  ...['-c', 'max_parallel_maintenance_workers=0'],
  ...['-c', 'io_method=sync'],
  ...['-c', 'shared_buffers=8MB'],
];

/** `new WebAssembly.Module` of nothing: without a module for initdb PGlite goes looking for its file, which is not shipped. */
const noInitdb = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));

/**
 * Opens the embedded database. It takes no lock on its directory: the caller must be the only one who opens it.
 * All statements run in one session, one transaction after another.
 */
export async function openPglite(options: PgliteOptions): Promise<Database> {
  const pglite = await PGlite.create({
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    ...(options.contents === undefined ? {} : { loadDataDir: options.contents }),
    pgliteWasmModule: options.assets.wasm,
    initdbWasmModule: noInitdb,
    fsBundle: options.assets.files,
    startParams,
  }).catch((cause: unknown) => {
    throw translate(cause);
  });
  useOurParsers(pglite);

  const scope = createTransactionScope();
  const channels = createChannels(options.report);
  pglite.onNotification((channel, payload) => channels.deliver(channel, payload));
  let closing: Promise<void> | undefined;

  const query = async <Row>(statement: Query<Row>): Promise<Row[]> => {
    scope.refuseInside();
    return (await run(pglite, compile(statement))) as Row[];
  };

  return {
    kind: 'pglite',
    query,
    async transaction(work) {
      scope.refuseInside();
      let failure: { readonly thrown: unknown } | undefined;
      try {
        return await pglite.transaction(async tx => {
          try {
            return await scope.run(sessionOf(tx), work);
          } catch (thrown) {
            failure = { thrown };
            throw thrown;
          }
        });
      } catch (thrown) {
        throw thrown === failure?.thrown ? thrown : translate(thrown);
      }
    },
    async listen(channel, listener) {
      channels.add(channel, listener);
      await query(sql`listen ${sql.id(channel)}`);
      return async () => {
        if (channels.remove(channel, listener)) await query(sql`unlisten ${sql.id(channel)}`);
      };
    },
    close() {
      closing ??= pglite.close();
      return closing;
    },
  };
}

type Runner = Pick<PGlite, 'query' | 'exec'>;

async function run(runner: Runner, { text, parameters }: Statement): Promise<unknown[]> {
  try {
    return (await runner.query<unknown>(text, parameters)).rows;
  } catch (thrown) {
    throw translate(thrown, text);
  }
}

function sessionOf(tx: Runner): Session {
  return {
    run: statement => run(tx, statement),
    async script(text) {
      try {
        await tx.exec(text);
      } catch (thrown) {
        throw translate(thrown);
      }
    },
  };
}

/** PGlite brings parsers of its own for many types, and for every array; only ours are to answer. */
function useOurParsers(pglite: PGlite): void {
  for (const oid of [...Object.keys(pglite.parsers).map(Number), ...parsedTypes]) {
    pglite.parsers[oid] = parserFor(oid);
  }
}
