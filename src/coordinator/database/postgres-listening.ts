import { Client, type ClientConfig } from 'pg';
import { createChannels } from './channels.ts';
import { translate, unavailable } from './errors.ts';
import type { ChannelListener, DatabaseEvent } from './port.ts';
import { compile, type Query, sql } from './sql.ts';
import { createTurns } from './turns.ts';

export interface Listening {
  listen(channel: string, listener: ChannelListener): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Milliseconds. A peer that went silent is found within a ping and its time-out; the first retry comes almost at once. */
const pingEvery = 10_000;
const pingTimeout = 5_000;
const firstRetry = 50;
const longestRetry = 5_000;

/**
 * A connection of its own that listens for the whole process, opened with the first listener. When it is lost it comes
 * back by itself and listens to the same channels again. Until then every listener is told of a gap with each attempt, so
 * that it looks for itself instead.
 */
export function openListening(config: ClientConfig, report: (event: DatabaseEvent) => void): Listening {
  const channels = createChannels(report);
  const inTurn = createTurns();
  let live: Client | undefined;
  let opening: Promise<Client> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retryInMs = firstRetry;
  let gap = false;
  let closed = false;

  const send = (client: Client, statement: Query) =>
    inTurn(async () => {
      const { text } = compile(statement);
      await client.query(text).catch((thrown: unknown) => {
        throw translate(thrown, text);
      });
    });

  const connection = (): Promise<Client> => {
    if (closed) return Promise.reject(unavailable('The database is closed.'));
    if (live !== undefined) return Promise.resolve(live);
    opening ??= open().finally(() => {
      opening = undefined;
    });
    return opening;
  };

  const open = async (): Promise<Client> => {
    const client = new Client({ ...config, query_timeout: pingTimeout });
    client.on('notification', ({ channel, payload }) => channels.deliver(channel, payload ?? ''));
    client.on('error', cause => lose(client, cause));
    client.on('end', () => lose(client, new Error('The server ended the connection.')));
    try {
      await client.connect();
      for (const channel of channels.names()) await send(client, sql`listen ${sql.id(channel)}`);
    } catch (thrown) {
      discard(client);
      throw translate(thrown);
    }
    live = client;
    retryInMs = firstRetry;
    clearTimeout(timer);
    timer = setInterval(() => {
      send(client, sql`select 1`).catch((cause: unknown) => lose(client, cause));
    }, pingEvery).unref();
    if (gap) {
      gap = false;
      report({ kind: 'listening_restored' });
      channels.announceGap();
    }
    return client;
  };

  const lose = (client: Client, cause: unknown) => {
    if (client !== live || closed) return;
    live = undefined;
    gap = true;
    discard(client);
    retryLater(cause);
  };

  const retryLater = (cause: unknown) => {
    if (closed) return;
    report({ kind: 'listening_lost', cause, retryInMs });
    channels.announceGap();
    clearTimeout(timer);
    timer = setTimeout(() => connection().catch(retryLater), retryInMs).unref();
    retryInMs = Math.min(retryInMs * 2, longestRetry);
  };

  return {
    async listen(channel, listener) {
      channels.add(channel, listener);
      try {
        await send(await connection(), sql`listen ${sql.id(channel)}`);
      } catch (thrown) {
        channels.remove(channel, listener);
        throw thrown;
      }
      return async () => {
        if (channels.remove(channel, listener) && live !== undefined) {
          await send(live, sql`unlisten ${sql.id(channel)}`);
        }
      };
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await opening?.then(discard, () => undefined);
      await live?.end();
    },
  };
}

/** Ends a connection that is of no more use; that it is broken has been told already. */
function discard(client: Client): void {
  client.end().catch(() => undefined);
}
