import { type ClientBase, type ClientConfig, Pool, type PoolClient } from 'pg';
import { parserFor } from './column-types.ts';
import { translate } from './errors.ts';
import type { Database, DatabaseEvent } from './port.ts';
import { openListening } from './postgres-listening.ts';
import { createStatementNames, isOutdatedPlan, type StatementNames } from './prepared.ts';
import { enterServiceRole, look } from './role.ts';
import { compile, type Query, type Statement } from './sql.ts';
import { createTransactionRules, type Session, transact } from './transactions.ts';
import { createTurns } from './turns.ts';

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
  const seen = new WeakMap<PoolClient, string>();
  const connect = () =>
    pool.connect().catch((thrown: unknown) => {
      throw translate(thrown);
    });
  const see = async (client: PoolClient, projectId: string | undefined): Promise<void> => {
    if (seen.get(client) === projectId) return;
    await client.query(look(projectId)).catch((thrown: unknown) => {
      throw translate(thrown);
    });
    if (projectId === undefined) seen.delete(client);
    else seen.set(client, projectId);
  };
  const queryIn = async <Row>(projectId: string | undefined, statement: Query<Row>): Promise<Row[]> => {
    rules.refuseInside();
    const compiled = compile(statement);
    const client = await connect();
    let failed = true;
    try {
      await see(client, projectId);
      const rows = await run(client, nameOf, compiled);
      failed = false;
      return rows as Row[];
    } catch (thrown) {
      throw translate(thrown, compiled.text);
    } finally {
      // A connection on which a statement failed is thrown away.
      client.release(failed);
    }
  };
  const listening = openListening(config, report);
  let closing: Promise<void> | undefined;

  return {
    kind: 'postgres',
    query: statement => queryIn(undefined, statement),
    within: projectId => ({ query: statement => queryIn(projectId, statement) }),
    async transaction(work, about) {
      rules.refuseInside();
      const client = await connect();
      const session = sessionOf(client, nameOf);
      try {
        if (about === undefined) await see(client, undefined);
        return await transact(rules, session, work, about);
      } finally {
        client.release(session.isSpent());
      }
    },
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

type Runner = Pick<ClientBase, 'query'>;

/** The extended protocol even without parameters, so that two statements in one text are refused as on PGlite. */
async function run(
  runner: Runner,
  nameOf: StatementNames,
  { text, parameters }: Statement,
): Promise<unknown[]> {
  const config = { text, values: parameters, name: nameOf(text), queryMode: 'extended' };
  return (await runner.query<Record<string, unknown>>(config)).rows;
}

interface PostgresSession extends Session {
  /** True for a connection that is of no more use to anybody: the pool throws it away. */
  isSpent(): boolean;
}

/** One statement at a time, in the order of the calls: a client must not be asked while it is busy. */
function sessionOf(client: Runner, nameOf: StatementNames): PostgresSession {
  const inTurn = createTurns();
  let spent = false;
  const guarded = <T>(text: string, call: () => Promise<T>): Promise<T> =>
    inTurn(call).catch((thrown: unknown) => {
      // What could not even be rolled back, and statements that the driver holds for prepared, which it cannot unlearn.
      spent ||= text === 'rollback' || isOutdatedPlan(thrown);
      throw translate(thrown, text);
    });
  return {
    isSpent: () => spent,
    run: statement => guarded(statement.text, () => run(client, nameOf, statement)),
    command: text => guarded(text, async () => (await client.query(text)).command),
    script: text => guarded(text, async () => void (await client.query(text))),
  };
}
