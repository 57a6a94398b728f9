import type { Query } from './sql.ts';

/**
 * The one way to the store. Two adapters implement it (`pglite.ts`, `postgres.ts`) and answer identically: the same
 * values for the same column types (`column-types.ts`), the same errors (`errors.ts`), the same isolation (read committed).
 */
export interface Queryable {
  /** True inside a transaction: whoever waits there for what others read may wait for its own end. */
  readonly isTransaction?: true;
  /**
   * Runs one statement and answers its rows.
   * @throws {QueryError} where the database refuses the statement.
   * @throws {InterlockError} `store_unavailable`, retryable, where the database cannot be reached.
   */
  query<Row>(statement: Query<Row>): Promise<Row[]>;
  /**
   * Runs one statement whose rows nobody waits for. In a transaction it runs last, in one message with the commit, which
   * fails where it fails: what the statement locks is held only as long as the database itself takes.
   */
  conclude(statement: Query): Promise<void>;
}

/**
 * Statements that happen together or not at all. It serves only until the work it was given to has ended. Statements that
 * are asked for side by side go in one message and run in the order of the calls; each sees what those before it did, and
 * what others committed until then.
 */
export interface Transaction extends Queryable {
  readonly isTransaction: true;
  /** Runs several statements of plain SQL, as they are in a file, without parameters. Migrations alone need it. */
  script(text: string): Promise<void>;
}

export interface TransactionScope {
  /** What it is about. Without a project it is about any: what sweeps do, and migrations. */
  readonly projectId?: string;
  /** Sees everything as of one moment, whatever others commit meanwhile: repeatable read. */
  readonly ofOneMoment?: boolean;
}

/** Hears what is told on a channel. */
export interface ChannelListener {
  /** Called for each notification, after the transaction that sent it has committed, in the order of commits. */
  onPayload(payload: string): void;
  /**
   * Called when the connection that listens was lost, each time it could not be made anew (after five seconds at most), and
   * when it is there again: notifications in between are gone, so what was learned from them must be read again. Never
   * called on PGlite, where there is no connection to lose.
   */
  onGap(): void;
}

/** What an adapter tells its owner unasked. Each is worth a line in the log. */
export type DatabaseEvent =
  | { readonly kind: 'listening_lost'; readonly cause: unknown; readonly retryInMs: number }
  | { readonly kind: 'listening_restored' }
  | { readonly kind: 'connection_lost'; readonly cause: unknown }
  | { readonly kind: 'listener_failed'; readonly channel: string; readonly cause: unknown }
  | { readonly kind: 'housekeeping_failed'; readonly cause: unknown }
  /** The user who connects may not work as `interlock_service`: the database does not keep projects apart. */
  | { readonly kind: 'not_confined'; readonly user: string }
  /** The embedded database crashed in this process, which has to end: only a new one can open the store again. */
  | { readonly kind: 'store_broken'; readonly cause: unknown };

export interface Database extends Queryable {
  readonly kind: 'pglite' | 'postgres';
  /**
   * Runs `work` in one transaction: commits when its promise resolves, rolls back when it rejects, and answers or throws
   * what it did. A statement that failed inside makes the commit impossible, even where `work` caught its error.
   * There are no nested transactions: what is called inside must use the transaction it is given, and a call to the
   * database itself from there is refused, since on PGlite it would wait for its own end.
   *
   * Within `scope` it sees and changes no rows of another project, where the database has the roles for it.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, scope?: TransactionScope): Promise<T>;
  /**
   * Statements that each stand alone, and that see and change no rows of another project, as a transaction about it does. It
   * costs a message when the connection was about something else before.
   */
  within(projectId: string): Queryable;
  /** Listens on a channel (lower-case letters, digits and underscores) until the returned function is called. */
  listen(channel: string, listener: ChannelListener): Promise<() => Promise<void>>;
  /** Waits for what is running, then gives everything back. Later calls are refused. */
  close(): Promise<void>;
}
