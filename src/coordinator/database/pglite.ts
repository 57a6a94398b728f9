import { PGlite } from '@electric-sql/pglite';
import { type Breakdown, createBreakdown } from './breakdown.ts';
import { createChannels } from './channels.ts';
import { DurableFiles } from './durable-files.ts';
import { translate, unavailable } from './errors.ts';
import { startHousekeeping } from './housekeeping.ts';
import { watchForCrash } from './pglite-crash.ts';
import { createWire, type Wire } from './pglite-wire.ts';
import type { Database, DatabaseEvent } from './port.ts';
import { createStatementNames } from './prepared.ts';
import { enterServiceRole } from './role.ts';
import { inOurWords, type Session } from './session.ts';
import { compile, type Query, sql } from './sql.ts';
import { createStandAlone, lastRows, standing } from './stand-alone.ts';
import { createTransactionRules, transact } from './transactions.ts';
import { createTurns } from './turns.ts';

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
  /** Works as the role of the service, where the database has it. Default: as the owner. */
  readonly confined?: boolean;
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

  const { report, confined = false, housekeepingEveryMs = 30_000 } = options;
  const rules = createTransactionRules();
  const channels = createChannels(report);
  const breakdown = createBreakdown(report);
  const session = createSession(
    createWire(pglite, createStatementNames(), channels.deliver),
    breakdown,
    watchForCrash(pglite),
  );
  const inTurn = createTurns();
  let closing: Promise<void> | undefined;

  const standAlone = createStandAlone(session);

  /** One session serves all, one after the other: a statement that stands alone waits for the transactions before it. */
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    rules.refuseInside();
    if (closing !== undefined) return Promise.reject(unavailable('The database is closed.'));
    return breakdown.guard(() => inTurn(work));
  };
  const queryIn = async <Row>(projectId: string | undefined, statement: Query<Row>): Promise<Row[]> => {
    const compiled = compile(statement);
    return (await alone(() => standAlone(projectId, compiled))) as Row[];
  };
  const all = standing(queryIn, undefined);
  if (confined) await session.script(enterServiceRole);
  /** What a server does by itself: the service may not. */
  const keepHouse = <Row>(statement: Query<Row>): Promise<Row[]> =>
    alone(async () => {
      await session.script('set role none');
      try {
        return lastRows(await session.run([compile(statement)])) as Row[];
      } finally {
        if (confined) await session.script(enterServiceRole);
      }
    });
  const stopHousekeeping = startHousekeeping(keepHouse, housekeepingEveryMs, report);

  return {
    kind: 'pglite',
    ...all,
    within: projectId => standing(queryIn, projectId),
    transaction: async (work, about) => await alone(() => transact(rules, session, work, about)),
    async listen(channel, listener) {
      channels.add(channel, listener);
      try {
        await all.query(sql`listen ${sql.id(channel)}`);
      } catch (thrown) {
        channels.remove(channel, listener);
        throw thrown;
      }
      return async () => {
        if (channels.remove(channel, listener)) await all.query(sql`unlisten ${sql.id(channel)}`);
      };
    },
    close() {
      stopHousekeeping();
      // A clean shutdown would write what a broken engine has in its memory.
      closing ??= breakdown.hasHappened ? Promise.resolve() : inTurn(() => pglite.close());
      return closing;
    },
  };
}

function createSession(wire: Wire, breakdown: Breakdown, crash: () => unknown): Session {
  const guarded = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (thrown) {
      throw translate(thrown);
    } finally {
      // An answer from an engine that has crashed is none, whatever it says.
      if (crash() !== undefined) await breakdown.happened(crash());
    }
  };
  return {
    run: async statements => inOurWords(statements, await guarded(wire.run(statements))),
    script: text => guarded(wire.script(text)),
  };
}
