import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Database, DatabaseEvent } from '../../../src/coordinator/database/port.ts';
import { openPostgres } from '../../../src/coordinator/database/postgres.ts';
import { notify, sql } from '../../../src/coordinator/database/sql.ts';
import { createPostgresDatabase } from '../../support/databases.ts';
import { deferred } from '../../support/deferred.ts';

/** A way to the server that can be cut and mended, as a network can. */
interface Road {
  readonly port: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

async function buildRoad(target: URL): Promise<Road> {
  const sockets = new Set<Socket>();
  const join = (client: Socket) => {
    const server = connect(Number(target.port), target.hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.pipe(server).pipe(client);
  };
  let server: Server = createServer(join);
  const listen = async (port: number) => {
    server = createServer(join).listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async cut() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: () => listen(port),
  };
}

describe('a shared Postgres', () => {
  let url: string;
  let road: Road;
  let db: Database;
  let events: DatabaseEvent[];
  const kinds = () => events.map(({ kind }) => kind);

  beforeEach(async () => {
    url = await createPostgresDatabase();
    road = await buildRoad(new URL(url));
    const detour = new URL(url);
    detour.port = String(road.port);
    events = [];
    db = openPostgres({ url: detour.href, report: event => events.push(event) });
  });
  afterEach(async () => {
    await db.close();
    await road.cut();
  });

  test('that cannot be reached is a retryable refusal, and is found again by the next call', async () => {
    await db.query(sql`select 1`);
    await road.cut();
    await expect(db.query(sql`select 1`)).rejects.toMatchObject({
      code: 'store_unavailable',
      retryable: true,
    });
    await expect(db.transaction(async () => undefined)).rejects.toMatchObject({ code: 'store_unavailable' });
    await road.mend();
    expect(await db.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  test('that goes away in the middle of a transaction rolls it back and says that it may be tried again', async () => {
    await db.query(sql`create table half_done (id int)`);
    const outcome = db.transaction(async tx => {
      await tx.query(sql`insert into half_done values (1)`);
      await road.cut();
      await tx.query(sql`insert into half_done values (2)`);
    });
    await expect(outcome).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
    await road.mend();
    expect(await db.query(sql`select id from half_done`)).toEqual([]);
  });

  test('is listened to again after the connection was lost, and every listener learns of the gap, then and until then', async () => {
    const heard: string[] = [];
    const gaps: boolean[] = [];
    const onGap = () => gaps.push(kinds().includes('listening_restored'));
    await db.listen('news', { onPayload: payload => heard.push(payload), onGap });
    await db.query(notify('news', 'before'));
    await expect.poll(() => heard).toEqual(['before']);

    await road.cut();
    await expect.poll(() => kinds().filter(kind => kind === 'listening_lost').length).toBeGreaterThan(2);
    expect(gaps.length).toBeGreaterThan(2);
    await road.mend();
    await expect.poll(() => gaps.at(-1)).toBe(true);

    await db.query(notify('news', 'after'));
    await expect.poll(() => heard).toEqual(['before', 'after']);
  });

  test('is tried again more and more slowly', async () => {
    await db.listen('news', { onPayload: () => undefined, onGap: () => undefined });
    await road.cut();
    const delays = () => events.flatMap(event => (event.kind === 'listening_lost' ? [event.retryInMs] : []));
    await expect.poll(delays).toEqual(expect.arrayContaining([50, 100, 200]));
    await road.mend();
  });

  test('that ends only the connection that listens is noticed', async () => {
    const gap = deferred();
    await db.listen('news', { onPayload: () => undefined, onGap: gap.resolve });
    const listeners = sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'listen %'`;
    expect(await db.query(listeners)).toHaveLength(1);
    await gap.promise;
  });

  test('hears of listeners that came while the connection was away', async () => {
    await db.listen('news', { onPayload: () => undefined, onGap: () => undefined });
    await road.cut();
    await expect.poll(kinds).toContain('listening_lost');
    await expect(
      db.listen('late', { onPayload: () => undefined, onGap: () => undefined }),
    ).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    await road.mend();
    const heard = deferred<string>();
    await db.listen('late', { onPayload: heard.resolve, onGap: () => undefined });
    await db.query(notify('late', 'hello'));
    expect(await heard.promise).toBe('hello');
  });

  test('reads values the same way whatever the database is set to', async () => {
    const name = new URL(url).pathname.slice(1);
    await db.query(sql`alter database ${sql.id(name)} set timezone = 'Asia/Kathmandu'`);
    await db.query(sql`alter database ${sql.id(name)} set datestyle = 'German'`);
    await db.query(sql`alter database ${sql.id(name)} set bytea_output = 'escape'`);
    const other = openPostgres({ url, report: event => events.push(event) });
    const values = sql`select '2026-11-21 00:00:00+00'::timestamptz as t, '\\x01'::bytea as b`;
    expect(await other.query(values)).toEqual([{ t: new Date('2026-11-21T00:00:00Z'), b: Buffer.from([1]) }]);
    await other.close();
  });

  test('refuses what comes after it is closed', async () => {
    const other = openPostgres({ url, report: event => events.push(event) });
    await other.query(sql`select 1`);
    await Promise.all([other.close(), other.close()]);
    await expect(other.query(sql`select 1`)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(
      other.listen('x', { onPayload: () => undefined, onGap: () => undefined }),
    ).rejects.toMatchObject({
      code: 'store_unavailable',
    });
  });
});
