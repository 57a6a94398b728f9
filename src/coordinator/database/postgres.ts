import { type ClientConfig, Pool, type PoolClient } from 'pg';
import { parserFor } from './column-types.ts';
import { QueryError, translate } from './errors.ts';
import { type Conversation, createConversation } from './exchange.ts';
import type { Database, DatabaseEvent } from './port.ts';
import { exchangeOn } from './postgres-exchange.ts';
import { openListening } from './postgres-listening.ts';
import { createStatementNames } from './prepared.ts';
import { enterServiceRole } from './role.ts';
import { inOurWords, type Session } from './session.ts';
import { compile, type Query } from './sql.ts';
import { createStandAlone, type StandAlone, standing } from './stand-alone.ts';
import { rollback } from './transaction-line.ts';
import { createTransactionRules, transact } from './transactions.ts';

export interface PostgresOptions {
  /** `postgres://…`; TLS, schema and time-outs as its parameters say. The pool must keep sessions (no transaction pooling). */
  readonly url: string;
  /** Connections beside the one that listens. */
  readonly poolSize?: number;
  /** Works as the role of the service, where the database has it. Default: as who connects. */
  readonly confined?: boolean;
  readonly report: (event: DatabaseEvent) => void;
}

/**
 * What the column types are read from, and limits that keep a coordinator that hangs from holding locks for ever:
 * milliseconds, an order of magnitude above what any statement of ours takes.
 */
const sessionSettings = [
  "set datestyle = 'ISO'",
  "set timezone = 'UTC'",
  "set bytea_output = 'hex'",
  'set statement_timeout = 30000',
  'set idle_in_transaction_session_timeout = 30000',
].join('; ');

/** Opens a pool on a Postgres 15 or newer. It connects when it is first used; statements run side by side. */
export function openPostgres(options: PostgresOptions): Database {
  const { report, confined = false } = options;
  const config: ClientConfig = {
    connectionString: options.url,
    fallback_application_name: 'interlock',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // The declared type names overloads for binary results, which nobody here asks for.
    types: { getTypeParser: (oid: number) => parserFor(oid) as (text: string) => never },
  };
  const pool = new Pool({
    ...config,
    max: options.poolSize ?? 10,
    allowExitOnIdle: true,
    onConnect: client => client.query(confined ? `${sessionSettings}; ${enterServiceRole}` : sessionSettings),
  });
  // The client that broke rejects what runs on it, and the pool forgets it; the event itself needs a listener or ends the process.
  pool.on('connect', client => client.on('error', () => undefined));
  pool.on('error', cause => report({ kind: 'connection_lost', cause }));

  const rules = createTransactionRules();
  const nameOf = createStatementNames();
  const connections = new WeakMap<PoolClient, Connection>();
  const onConnection = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    rules.refuseInside();
    const client = await pool.connect().catch((thrown: unknown) => {
      throw translate(thrown);
    });
    const connection = connections.get(client) ?? connectionOf(client, createConversation(nameOf));
    connections.set(client, connection);
    try {
      return await work(connection);
    } finally {
      client.release(connection.isSpent());
    }
  };
  const queryIn = async <Row>(projectId: string | undefined, statement: Query<Row>): Promise<Row[]> => {
    const compiled = compile(statement);
    return (await onConnection(({ alone }) => alone(projectId, compiled))) as Row[];
  };
  const listening = openListening(config, report);
  let closing: Promise<void> | undefined;

  return {
    kind: 'postgres',
    ...standing(queryIn, undefined),
    within: projectId => standing(queryIn, projectId),
    transaction: (work, about) => onConnection(({ session }) => transact(rules, session, work, about)),
    async listen(channel, listener) {
      rules.refuseInside();
      return await listening.listen(channel, listener);
    },
    close() {
      closing ??= Promise.all([pool.end(), listening.close()]).then(() => undefined);
      return closing;
    },
  };
}

/** A connection of the pool, and what it goes on knowing between two that use it. */
interface Connection {
  readonly session: Session;
  readonly alone: StandAlone;
  /** True for one that is of no more use to anybody: the pool throws it away. */
  isSpent(): boolean;
}

function connectionOf(client: PoolClient, converse: Conversation): Connection {
  let spent = false;
  const guarded = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((thrown: unknown) => {
      spent = true;
      throw translate(thrown);
    });
  const session: Session = {
    async run(statements) {
      const outcome = inOurWords(statements, await guarded(exchangeOn(client, converse(statements))));
      // What could not even be rolled back, and a connection that the server has given up.
      spent ||=
        outcome.refusal !== undefined &&
        (statements.includes(rollback) || !(outcome.refusal instanceof QueryError));
      return outcome;
    },
    async script(text) {
      await client.query(text).catch((thrown: unknown) => {
        throw translate(thrown);
      });
    },
  };
  return { session, alone: createStandAlone(session), isSpent: () => spent };
}
