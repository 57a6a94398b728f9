import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startDetached } from '../../../src/coordinator/client.ts';
import { oldestProtocol, protocol, protocolHeader } from '../../../src/coordinator/handshake.ts';
import { highestClaim, socketOf } from '../../../src/coordinator/host/claim.ts';
import { becomeOwner } from '../../../src/coordinator/host/ownership.ts';
import { type Deferred, deferred } from '../../support/deferred.ts';
import { tinySuite } from '../../support/host/tiny-suite.ts';

const suite = tinySuite();

describe('a client', () => {
  test('starts a coordinator where there is none, and knows who it is', async () => {
    const processes = suite.processes();
    const coordinator = await suite.connect({ start: processes.start });
    const [child] = processes.living;
    expect(coordinator.owner).toEqual({ pid: child?.pid, generation: 1, version: '0.0.0-tiny' });
    expect(coordinator.store).toBe(suite.home);
    expect(coordinator.schemaVersion).toBe(1);
  });

  test('that may not start one is told that there is none', async () => {
    await expect(suite.connect({ start: 'never' })).rejects.toMatchObject({
      code: 'coordinator_unavailable',
      message: expect.stringContaining(suite.home),
      retryable: true,
    });
  });

  test('shares the coordinator that another one started', async () => {
    const processes = suite.processes();
    const first = await suite.connect({ start: processes.start });
    const second = await suite.connect({ start: 'never' });
    expect(second.owner).toEqual(first.owner);
    expect(processes.started).toBe(1);
  });

  test('has another coordinator for each shared database, and one for all who use the same', async () => {
    const start = (databaseUrl: string) =>
      suite.processes({ env: { INTERLOCK_DATABASE_URL: databaseUrl } }).start;
    const [one, other] = ['postgres://a:secret@host/one', 'postgres://a:secret@host/two'];
    const embedded = await suite.connect();
    const first = await suite.connect({ databaseUrl: one, start: start(one) });
    const second = await suite.connect({ databaseUrl: other, start: start(other) });
    const again = await suite.connect({ databaseUrl: one, start: 'never' });
    expect(new Set([embedded, first, second].map(each => each.owner.pid)).size).toBe(3);
    expect(again.owner).toEqual(first.owner);
    expect(first.store).not.toContain('secret');
  });

  test('sends JSON and reads the answer, with its status and headers', async () => {
    const coordinator = await suite.connect();
    const answer = await coordinator.request('POST', '/echo?a=1', { body: { text: 'größer' } });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: { method: 'POST', url: '/echo?a=1', body: { text: 'größer' } },
    });
  });

  test('has its answer from the next owner after a kill -9 of the last', async () => {
    const processes = suite.processes();
    const coordinator = await suite.connect({ start: processes.start });
    await processes.killAll();
    const answer = await coordinator.request('POST', '/echo', { body: 1 });
    expect(answer.body).toMatchObject({ generation: 2 });
    expect(coordinator.owner.generation).toBe(2);
  });

  test('does not repeat a request that may have been carried out, unless it is told that this does no harm', async () => {
    const processes = suite.processes();
    const coordinator = await suite.connect({ start: processes.start });
    await expect(coordinator.request('POST', '/crash')).rejects.toMatchObject({
      code: 'coordinator_unavailable',
      message: expect.stringContaining('POST /crash'),
      retryable: true,
    });
    expect(processes.started).toBe(1);
    // It kills each owner that it reaches, so it is not sent for ever.
    await expect(coordinator.request('GET', '/crash')).rejects.toMatchObject({
      code: 'coordinator_unavailable',
    });
    expect(processes.started).toBe(4);
    await expect(
      coordinator.request('POST', '/crash', { headers: { 'idempotency-key': 'k' } }),
    ).rejects.toThrow();
    expect(processes.started).toBe(7);
  });

  test('waits no longer than it was told, and says for what', async () => {
    const coordinator = await suite.connect();
    await expect(coordinator.request('GET', '/hold', { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'deadline_exceeded',
      message: expect.stringContaining('GET /hold within 50 ms'),
    });
  });

  test('ends a request when its caller cancels it', async () => {
    const coordinator = await suite.connect();
    const cancelling = new AbortController();
    const held = coordinator.request('GET', '/hold', { signal: cancelling.signal });
    cancelling.abort();
    await expect(held).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('does not take over from an owner that is suspended, and goes on when it wakes', async () => {
    const processes = suite.processes();
    const first = await suite.connect({ start: processes.start });
    const [owner] = processes.living;
    owner?.kill('SIGSTOP');
    await expect(suite.connect({ start: processes.start, deadlineMs: 500 })).rejects.toMatchObject({
      code: 'coordinator_unavailable',
      message: expect.stringContaining(`Process ${owner?.pid}`),
    });
    // A process that is started all the same does not take over either.
    expect(await processes.start().ended).toEqual({ failure: undefined });
    const waiting = first.request('GET', '/');
    owner?.kill('SIGCONT');
    expect((await waiting).body).toMatchObject({ generation: 1 });
    expect(highestClaim(suite.home)?.generation).toBe(1);
  });

  test('does not take over from an owner whose queue is full of those who wait', async () => {
    const processes = suite.processes();
    await suite.connect({ start: processes.start });
    const [owner] = processes.living;
    owner?.kill('SIGSTOP');
    const claim = highestClaim(suite.home);
    if (!claim) throw new Error('nobody owns the store');
    // Node asks for a queue of 511; here the kernel's answer beyond it counts.
    const waiting = await Promise.all(
      Array.from({ length: 600 }, () => attempt(socketOf(suite.home, claim))),
    );
    expect(waiting.filter(({ outcome }) => outcome !== 'connected').length).toBeGreaterThan(0);
    expect(await processes.start().ended).toEqual({ failure: undefined });
    expect(highestClaim(suite.home)).toEqual(claim);
    for (const { socket } of waiting) socket.destroy();
    owner?.kill('SIGCONT');
    const coordinator = await suite.connect({ start: 'never' });
    expect(coordinator.owner.generation).toBe(1);
  });

  test('finds the next owner when the socket file was deleted, once the last has noticed', async () => {
    const coordinator = await suite.connect();
    const claim = highestClaim(suite.home);
    if (!claim) throw new Error('nobody owns the store');
    rmSync(socketOf(suite.home, claim));
    const fresh = await suite.connect();
    expect(fresh.owner.generation).toBe(2);
    expect(highestClaim(suite.home)?.generation).toBe(2);
    expect((await coordinator.request('GET', '/')).body).toMatchObject({ generation: 2 });
  });

  test('is told why a coordinator cannot open the store', async () => {
    const processes = suite.processes({ env: { TINY_FAILURE: 'the disk is full' } });
    await expect(suite.connect({ start: processes.start })).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('the disk is full'),
    });
  });

  test('is told why the process of a coordinator ended before it could say anything', async () => {
    const broken = join(suite.home, 'broken.mjs');
    writeFileSync(broken, 'throw new Error("no such module");');
    const start = startDetached(suite.home, broken, process.execPath, process.env);
    await expect(suite.connect({ start })).rejects.toMatchObject({
      code: 'coordinator_unavailable',
      message: expect.stringContaining('no such module'),
    });
    writeFileSync(broken, 'process.abort();');
    await expect(suite.connect({ start })).rejects.toThrow('SIGABRT');
    const missing = startDetached(suite.home, broken, '/no/such/node', process.env);
    await expect(suite.connect({ start: missing })).rejects.toThrow('/no/such/node');
  });

  test('opens a raw connection', async () => {
    const coordinator = await suite.connect();
    const pipe = await coordinator.open('/pipe');
    pipe.write('there and back');
    const [echo] = await once(pipe, 'data');
    expect(String(echo)).toBe('there and back');
    pipe.destroy();
  });

  test('follows events from one owner to the next, and tells from which event it goes on', async () => {
    const processes = suite.processes();
    const coordinator = await suite.connect({ start: processes.start });
    const seen: string[] = [];
    const end = coordinator.events(
      '/events',
      {},
      ({ event, data, id }) => seen.push(`${event} ${data} ${id}`),
      state => seen.push(state),
    );
    await expect.poll(() => seen).toEqual(['connected', 'owner 1 /1']);
    await processes.killAll();
    await expect.poll(() => seen).toEqual(['connected', 'owner 1 /1', 'lost', 'connected', 'owner 2 /1/2']);
    end();
    await processes.killAll();
    expect(seen).toHaveLength(5);
  });
});

describe('a client of another version', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });

  test('that is too old is turned away with each request', async () => {
    const coordinator = await suite.connect();
    const answer = await coordinator.request('POST', '/rows', {
      body: 'row',
      headers: { [protocolHeader]: String(oldestProtocol - 1) },
    });
    expect(answer).toMatchObject({ status: 426, body: { code: 'client_too_old' } });
  });

  test('that is too old for the coordinator it finds is told to update', async () => {
    await pretendToOwn({ protocol: protocol + 5, oldestProtocol: protocol + 1 });
    await expect(suite.connect()).rejects.toMatchObject({
      code: 'client_too_old',
      next: expect.stringContaining('Update'),
    });
  });

  test('that is too new for a detached coordinator asks it to make room', async () => {
    const retired = await pretendToOwn({ protocol: oldestProtocol - 1, oldestProtocol: 0 });
    const coordinator = await suite.connect();
    expect(await retired.promise).toContain('/retire?reason=');
    expect(coordinator.owner.generation).toBe(2);
  });

  /** An owner of another version, which retires when it is asked to. Resolves with how it was asked. */
  async function pretendToOwn(versions: {
    protocol: number;
    oldestProtocol: number;
  }): Promise<Deferred<string>> {
    const retired = deferred<string>();
    const made = createServer((request, response) => {
      if (request.url === '/handshake') {
        const owner = { pid: process.pid, generation: 1, mode: 'detached', startedAt: '' };
        const handshake = { ...versions, version: '9.9.9', schemaVersion: 1, owner, store: suite.home };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(handshake));
        return;
      }
      response.writeHead(202).end();
      retired.resolve(request.url ?? '');
    });
    server = made;
    const ownership = await becomeOwner({
      folder: suite.home,
      server: made,
      mode: 'detached',
      version: '9.9.9',
    });
    if ('takenBy' in ownership) throw new Error('it was taken');
    void retired.promise.then(() => ownership.release('retired'));
    return retired;
  }
});

function attempt(address: string): Promise<{ socket: Socket; outcome: string }> {
  return new Promise(resolve => {
    const socket = connect(address);
    socket.once('connect', () => resolve({ socket, outcome: 'connected' }));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve({ socket, outcome: error.code ?? '' }));
  });
}
