import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Channel,
  type ChannelEvents,
  createRelay,
  type Relay,
} from '../../../../src/bridge/mcp/relay.ts';
import { InterlockError } from '../../../../src/coordinator/kernel/errors.ts';

type Json = Readonly<Record<string, unknown>>;

/** One coordinator as the relay sees it: what it was sent, and what it says. */
interface Server {
  readonly received: Json[];
  readonly isPaused: boolean;
  say(message: Json): void;
  /** Answers the request of that method which it was sent last. */
  answer(method: string, result?: Json): void;
  die(): void;
}

interface Stage {
  readonly relay: Relay;
  readonly servers: Server[];
  readonly toClient: Json[];
  /** What the next attempts to open a channel end with. */
  readonly failures: Error[];
  send(message: Json): void;
}

function stage(): Stage {
  const servers: Server[] = [];
  const toClient: Json[] = [];
  const failures: Error[] = [];
  const relay = createRelay({
    async open(_first, events) {
      const failure = failures.shift();
      if (failure) throw failure;
      const server = serverOn(events);
      servers.push(server);
      return server.channel;
    },
    toClient: line => toClient.push(JSON.parse(line)),
    log: () => {},
    backoffMs: () => 1,
  });
  return { relay, servers, toClient, failures, send: message => relay.fromClient(JSON.stringify(message)) };
}

function serverOn(events: ChannelEvents): Server & { readonly channel: Channel } {
  const received: Json[] = [];
  let paused = false;
  const say = (message: Json) => events.line(JSON.stringify(message));
  const answer = (method: string, result: Json = {}) => {
    const id = received.findLast(message => message.method === method)?.id;
    if (id === undefined) throw new Error(`was never asked for ${method}`);
    say({ jsonrpc: '2.0', id, result });
  };
  return {
    received,
    get isPaused() {
      return paused;
    },
    say,
    answer,
    die: events.closed,
    channel: {
      send: line => {
        const message = JSON.parse(line);
        received.push(message);
        // A new coordinator answers what the relay replays by itself.
        if (String(message.id).startsWith('interlock/')) {
          queueMicrotask(() => say({ jsonrpc: '2.0', id: message.id, result: {} }));
        }
      },
      pause: () => {
        paused = true;
      },
      resume: () => {
        paused = false;
      },
      close: () => {},
    },
  };
}

const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { clientInfo: { name: 'a' } } };
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' };
const call = (id: number | string, name: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name },
});
const tools = {
  tools: [
    { name: 'check_locks', annotations: { readOnlyHint: true } },
    { name: 'heartbeat', annotations: { idempotentHint: true } },
    { name: 'submit_work', annotations: { readOnlyHint: false } },
  ],
};

const settled = () => new Promise(resolve => setTimeout(resolve, 10));
const methods = (server: Server | undefined) => server?.received.map(({ method }) => method);

/** A client that has shaken hands and knows the tools. */
async function connected(): Promise<Stage> {
  const on = stage();
  on.send(initialize);
  await settled();
  on.servers[0]?.answer('initialize');
  on.send(initialized);
  on.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  on.servers[0]?.answer('tools/list', tools);
  on.toClient.length = 0;
  return on;
}

describe('createRelay', () => {
  it('passes messages on both ways as they came', async () => {
    const on = await connected();
    const [server] = on.servers;
    on.send(call('x', 'submit_work'));
    server?.say({ jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } });
    server?.answer('tools/call', { content: [] });
    expect(server?.received.slice(0, 2)).toEqual([initialize, initialized]);
    expect(on.toClient).toEqual([
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } },
      { jsonrpc: '2.0', id: 'x', result: { content: [] } },
    ]);
  });

  it('shows a new coordinator the handshake and the subscriptions, and the client none of it', async () => {
    const on = await connected();
    for (const uri of ['locks://current', 'audit://recent']) {
      on.send({ jsonrpc: '2.0', id: uri, method: 'resources/subscribe', params: { uri } });
      on.servers[0]?.answer('resources/subscribe');
    }
    on.send({ jsonrpc: '2.0', id: 9, method: 'resources/unsubscribe', params: { uri: 'audit://recent' } });
    on.servers[0]?.answer('resources/unsubscribe');
    on.toClient.length = 0;
    on.servers[0]?.die();
    await settled();
    expect(on.servers[1]?.received).toEqual([
      { ...initialize, id: 'interlock/2/initialize' },
      initialized,
      {
        jsonrpc: '2.0',
        id: 'interlock/2/subscribe/0',
        method: 'resources/subscribe',
        params: { uri: 'locks://current' },
      },
    ]);
    const params = { uri: 'locks://current' };
    expect(on.toClient).toEqual([{ jsonrpc: '2.0', method: 'notifications/resources/updated', params }]);
  });

  it('sends again what may be repeated, and answers the rest with what happened', async () => {
    const on = await connected();
    on.send(call(2, 'check_locks'));
    on.send(call(3, 'submit_work'));
    on.send(call(4, 'heartbeat'));
    on.send({ jsonrpc: '2.0', id: 5, method: 'resources/read', params: { uri: 'locks://current' } });
    on.send({ jsonrpc: '2.0', id: 6, method: 'some/extension', params: {} });
    on.servers[0]?.die();
    await settled();
    expect(on.servers[1]?.received.slice(2).map(({ id }) => id)).toEqual([2, 4, 5]);
    expect(on.toClient).toEqual([
      {
        jsonrpc: '2.0',
        id: 3,
        result: {
          isError: true,
          content: [
            {
              type: 'text',
              text: expect.stringMatching(/^coordinator_unavailable: .*submit_work.*\nNext: /),
            },
          ],
        },
      },
      {
        jsonrpc: '2.0',
        id: 6,
        error: expect.objectContaining({
          code: -32000,
          data: expect.objectContaining({ code: 'coordinator_unavailable', retryable: true }),
        }),
      },
    ]);
  });

  it('repeats a handshake that was cut off, as it was', async () => {
    const on = stage();
    on.send(initialize);
    await settled();
    on.servers[0]?.die();
    await settled();
    expect(on.servers[1]?.received).toEqual([initialize]);
    on.servers[1]?.answer('initialize', { protocolVersion: 'x' });
    expect(on.toClient).toEqual([{ jsonrpc: '2.0', id: 0, result: { protocolVersion: 'x' } }]);
  });

  it('keeps what is sent between two coordinators for the next one', async () => {
    const on = await connected();
    on.servers[0]?.die();
    on.send(call(7, 'submit_work'));
    await settled();
    expect(on.servers[1]?.received.at(-1)).toEqual(call(7, 'submit_work'));
    expect(on.toClient).toEqual([]);
  });

  it('tells those who wait when there is no coordinator, and goes on trying', async () => {
    const on = await connected();
    on.failures.push(
      new InterlockError('store_unavailable', 'The disk is full.', { next: 'Make room.' }),
      new Error('still full'),
    );
    on.servers[0]?.die();
    on.send(call(8, 'check_locks'));
    await expect.poll(() => on.servers.length).toBe(2);
    expect(on.toClient).toEqual([
      {
        jsonrpc: '2.0',
        id: 8,
        result: {
          isError: true,
          content: [{ type: 'text', text: 'store_unavailable: The disk is full.\nNext: Make room.' }],
        },
      },
    ]);
    on.send(call(9, 'check_locks'));
    await settled();
    expect(methods(on.servers[1])).toEqual(['initialize', 'notifications/initialized', 'tools/call']);
  });

  it('goes on at once when the next owner goes away during the replay', async () => {
    const on = await connected();
    on.send(call(2, 'check_locks'));
    on.servers[0]?.die();
    await Promise.resolve();
    on.servers[1]?.die();
    await expect.poll(() => methods(on.servers.at(-1))?.at(-1)).toBe('tools/call');
    expect(on.toClient).toEqual([]);
  });

  it('forgets a request that the client cancels', async () => {
    const on = await connected();
    on.send(call(2, 'submit_work'));
    on.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
    on.servers[0]?.die();
    await settled();
    expect(on.toClient).toEqual([]);
    expect(methods(on.servers[1])).not.toContain('tools/call');
  });

  it('takes answers to its questions to the coordinator that asked, and to no other', async () => {
    const on = await connected();
    const question = { jsonrpc: '2.0', id: 0, method: 'elicitation/create', params: {} };
    on.servers[0]?.say(question);
    const [asked] = on.toClient;
    on.send({ jsonrpc: '2.0', id: asked?.id, result: { action: 'accept' } });
    expect(on.servers[0]?.received.at(-1)).toEqual({ jsonrpc: '2.0', id: 0, result: { action: 'accept' } });

    on.servers[0]?.say(question);
    const open = on.toClient.at(-1);
    on.servers[0]?.die();
    expect(on.toClient.at(-1)).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: open?.id },
    });
    await settled();
    on.servers[1]?.say(question);
    on.send({ jsonrpc: '2.0', id: open?.id, result: { action: 'decline' } });
    expect(on.servers[1]?.received.at(-1)).toEqual(initialized);
  });

  it('never hands a line to the client that is no message', async () => {
    const on = await connected();
    on.servers[0]?.say([] as unknown as Json);
    expect(on.toClient).toEqual([]);
  });

  it('hands the pace of its client on', async () => {
    const on = await connected();
    on.relay.pause();
    expect(on.servers[0]?.isPaused).toBe(true);
    on.relay.resume();
    expect(on.servers[0]?.isPaused).toBe(false);
  });

  it('answers every request exactly once, and carries none out twice that may not be', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('check_locks', 'submit_work') },
      { weight: 3, arbitrary: fc.constant('answer') },
      { weight: 1, arbitrary: fc.constant('die') },
      { weight: 1, arbitrary: fc.constant('settle') },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const on = await connected();
        const last = () => on.servers.at(-1);
        const answerOldest = () => {
          const server = last();
          const done = new Set(on.toClient.map(({ id }) => id));
          const open = server?.received.find(({ id, method }) => method === 'tools/call' && !done.has(id));
          if (open) server?.say({ jsonrpc: '2.0', id: open.id, result: {} });
        };
        let sent = 0;
        for (const what of steps) {
          if (what === 'answer') answerOldest();
          else if (what === 'die') last()?.die();
          else if (what === 'settle') await settled();
          else {
            sent += 1;
            on.send(call(100 + sent, what));
          }
        }
        await settled();
        for (let left = 0; left <= sent; left += 1) answerOldest();
        await on.relay.idle();

        const answered = on.toClient.filter(({ id }) => typeof id === 'number').map(({ id }) => id);
        expect([...answered].sort()).toEqual(Array.from({ length: sent }, (_, index) => 101 + index));
        const carriedOut = on.servers.flatMap(({ received }) =>
          received
            .filter(({ params }) => (params as Json | undefined)?.name === 'submit_work')
            .map(({ id }) => id),
        );
        expect(new Set(carriedOut).size).toBe(carriedOut.length);
        for (const server of on.servers.slice(1)) {
          if (server.received.length > 0) expect(server.received[0]?.method).toBe('initialize');
        }
        on.relay.close();
      }),
      { numRuns: 60 },
    );
  });
});
