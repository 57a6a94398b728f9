import { PGlite } from '@electric-sql/pglite';
import { createBreakdown } from './breakdown.ts';
import { createChannels } from './channels.ts';
import { parsedTypes, parserFor } from './column-types.ts';
import { DurableFiles } from './durable-files.ts';
import { translate } from './errors.ts';
import { startHousekeeping } from './housekeeping.ts';
import { watchForCrash } from './pglite-crash.ts';
import type { Database, DatabaseEvent } from './port.ts';
import { compile, type Query, sql } from './sql.ts';
import { createTransactionScope, type Session } from './transactions.ts';

/** The parts of PGlite that are no code: the compiled database, and the files that are its installation. */
export interface PgliteAssets {
  readonly wasm: WebAssembly.Module;
  readonly files: Blob;
}

export interface PgliteOptions {
  /** A data directory with a database in it; undefined keeps the database in memory. */
  readonly dataDir?: string;
  /** Files in it, by their paths there, that were only just written and may not be on the disk yet. */
  readonly justWritten?: readonly string[];
  /** A tar of a data directory, which fills a database in memory. */
  readonly contents?: Blob;
  readonly assets: PgliteAssets;
  readonly report: (event: DatabaseEvent) => void;
  /** Milliseconds between two looks at what there is to tidy up. */
  readonly housekeepingEveryMs?: number;
}

/** The Postgres inside PGlite: a data directory belongs to one major version. */
export const postgresMajor = '18';

const startParams = [
  // `-F` is `fsync = off`: see DurableFiles.
  ...PGlite.defaultStartParams.filter(parameter => parameter !== '-F'),
  ...['-c', 'wal_sync_method=fsync'],
  // With the 128 MB that are the default the process grows to 300 MB; a coordinator's whole store is smaller than this.
  ...['-c', 'shared_buffers=8MB'],
  // Nothing is replicated, and what was written and checkpointed is not kept for more to come.
  ...[
    '-c',
    'wal_level=minimal',
    '-c',
    'max_wal_senders=0',
    '-c',
    'min_wal_size=2MB',
    '-c',
    'max_wal_size=16MB',
  ],
  // The least there is: the real stack is JavaScript's, which ends earlier than Postgres believes, and without an error.
  ...['-c', 'max_stack_depth=100kB'],
];

/** `new WebAssembly.Module` of nothing: without a module for initdb PGlite goes looking for its file, which is not shipped. */
const noInitdb = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));

/**
 * Opens the embedded database. It takes no lock on its directory: the caller must be the only one who opens it.
 * All statements run in one session, one transaction after another.
 */
export async function openPglite(options: PgliteOptions): Promise<Database> {
  const files = options.dataDir === undefined ? undefined : new DurableFiles(options.dataDir);
  const pglite = await PGlite.create({
    ...(files === undefined ? {} : { fs: files }),
    ...(options.contents === undefined ? {} : { loadDataDir: options.contents }),
    pgliteWasmModule: options.assets.wasm,
    initdbWasmModule: noInitdb,
    fsBundle: options.assets.files,
    startParams,
  }).catch((cause: unknown) => {
    throw translate(cause);
  });
  files?.started(options.justWritten);
  useOurParsers(pglite);

  const { report, housekeepingEveryMs = 30_000 } = options;
  const scope = createTransactionScope();
  const channels = createChannels(report);
  const breakdown = createBreakdown(report);
  const crash = watchForCrash(pglite);
  const failIfCrashed = async () => {
    if (crash() !== undefined) await breakdown.happened(crash());
  };
  const sessionOf = (runner: Runner) => createSession(runner, failIfCrashed);
  const alone = sessionOf(pglite);
  pglite.onNotification((channel, payload) => channels.deliver(channel, payload));

  const query = async <Row>(statement: Query<Row>): Promise<Row[]> => {
    scope.refuseInside();
    const compiled = compile(statement);
    return (await breakdown.guard(() => alone.run(compiled))) as Row[];
  };
  const stopHousekeeping = startHousekeeping(query, housekeepingEveryMs, report);
  let closing: Promise<void> | undefined;

  return {
    kind: 'pglite',
    query,
    async transaction(work) {
      scope.refuseInside();
      let failure: { readonly thrown: unknown } | undefined;
      const inTransaction = async (tx: Runner) => {
        try {
          return await scope.run(sessionOf(tx), work);
        } catch (thrown) {
          failure = { thrown };
          throw thrown;
        }
      };
      try {
        return await breakdown.guard(() => pglite.transaction(inTransaction).finally(failIfCrashed));
      } catch (thrown) {
        throw thrown === failure?.thrown ? thrown : translate(thrown);
      }
    },
    async listen(channel, listener) {
      channels.add(channel, listener);
      try {
        await query(sql`listen ${sql.id(channel)}`);
      } catch (thrown) {
        channels.remove(channel, listener);
        throw thrown;
      }
      return async () => {
        if (channels.remove(channel, listener)) await query(sql`unlisten ${sql.id(channel)}`);
      };
    },
    close() {
      stopHousekeeping();
      // A clean shutdown would write what a broken engine has in its memory.
      closing ??= breakdown.hasHappened ? Promise.resolve() : pglite.close();
      return closing;
    },
  };
}

type Runner = Pick<PGlite, 'query' | 'exec'>;

function createSession(runner: Runner, afterwards: () => Promise<void>): Session {
  return {
    async run({ text, parameters }) {
      try {
        return (await runner.query<unknown>(text, parameters).finally(afterwards)).rows;
      } catch (thrown) {
        throw translate(thrown, text);
      }
    },
    async script(text) {
      try {
        await runner.exec(text).finally(afterwards);
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
