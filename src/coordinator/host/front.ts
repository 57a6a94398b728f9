import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Handshake,
  handshakePath,
  notExecutedHeader,
  oldestProtocol,
  protocolHeader,
  retirePath,
} from '../handshake.ts';
import { InterlockError, reportOf, statusOf } from '../kernel/errors.ts';
import type { Service } from './service.ts';

/**
 * The owner's HTTP server. It listens before the store is open, so it keeps what arrives until there is
 * somebody to handle it, and it goes on answering until the store is closed.
 */
export interface Front {
  readonly server: Server;
  readonly connections: ReadonlySet<Socket>;
  /** Lets the waiting requests in. */
  open(service: Service, handshake: Handshake): void;
  /** Answers every request, waiting ones too, with the reason why there is no coordinator. */
  fail(error: unknown): void;
  /** Turns new requests away, waits for those in flight up to `graceMs`, and ends event streams. */
  drain(graceMs: number): Promise<void>;
  /** Cuts whatever is still connected and stops listening. */
  close(): Promise<void>;
}

export interface FrontOptions {
  /** Asked to make room for another owner. Returns the reason why not, if it does not. */
  readonly onRetire: (reason: string) => InterlockError | undefined;
}

type State =
  | { readonly is: 'starting' }
  | { readonly is: 'open'; readonly service: Service; readonly handshake: Handshake }
  | { readonly is: 'failed'; readonly error: unknown }
  | { readonly is: 'draining' };

export function createFront(options: FrontOptions): Front {
  let state: State = { is: 'starting' };
  let waiting: (() => void)[] = [];
  const connections = new Set<Socket>();
  const upgraded = new Set<Duplex>();
  const inFlight = new Map<ServerResponse, IncomingMessage>();
  const server = createServer({
    // Idle connections belong to clients, which would otherwise lose a request to the moment of closing.
    keepAliveTimeout: 0,
  });

  function become(next: State): void {
    state = next;
    const ready = waiting;
    waiting = [];
    for (const proceed of ready) proceed();
  }

  function whenStarted(proceed: () => void): void {
    if (state.is === 'starting') waiting.push(proceed);
    else proceed();
  }

  server.on('connection', socket => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });

  server.on('request', (request, response) => {
    inFlight.set(response, request);
    response.once('close', () => inFlight.delete(response));
    whenStarted(() => {
      if (response.closed) return;
      const refusal = refusalOf(state, request);
      if (refusal || state.is !== 'open') {
        turnAway(response, state, problem(refusal ?? ending()));
        return;
      }
      const answer = ownAnswer(state.handshake, request, options.onRetire);
      if (answer) send(response, answer);
      else state.service.handleRequest(request, response);
    });
  });

  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    // The service adds its own; until then a client that goes away must not be an uncaught error.
    socket.on('error', () => socket.destroy());
    whenStarted(() => {
      if (socket.destroyed) return;
      const refusal = refusalOf(state, request);
      if (refusal || state.is !== 'open' || !state.service.handleUpgrade) {
        turnAwayUpgrade(socket, state, problem(refusal ?? noUpgrade()));
      } else {
        state.service.handleUpgrade(request, socket, head);
      }
    });
  });

  return {
    server,
    connections,
    open: (service, handshake) => become({ is: 'open', service, handshake }),
    fail: error => become({ is: 'failed', error }),
    async drain(graceMs) {
      become({ is: 'draining' });
      const answers = [...inFlight.keys()].filter(response => !streamsEvents(inFlight.get(response)));
      const stop = new AbortController();
      await Promise.race([
        Promise.all(answers.map(closed)),
        pause(graceMs, undefined, { signal: stop.signal }).catch(() => undefined),
      ]);
      stop.abort();
      for (const [response, request] of inFlight) if (streamsEvents(request)) response.end();
      for (const socket of upgraded) socket.end();
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

interface OwnAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What the host answers by itself; everything else is the service's. */
function ownAnswer(
  handshake: Handshake,
  request: IncomingMessage,
  onRetire: FrontOptions['onRetire'],
): OwnAnswer | undefined {
  const [path, query] = (request.url ?? '').split('?', 2);
  if (request.method === 'GET' && path === handshakePath) return { status: 200, body: handshake };
  if (request.method !== 'POST' || path !== retirePath) return undefined;
  const reason = new URLSearchParams(query).get('reason') ?? 'not given';
  const refusal = onRetire(reason.slice(0, 200));
  return refusal ? problem(refusal) : { status: 202, body: { retiring: true } };
}

/** Why this request goes no further, whatever it asks for. */
function refusalOf(state: State, request: IncomingMessage): InterlockError | undefined {
  if (state.is === 'draining') return ending();
  if (state.is === 'failed') return reasonOf(state.error);
  const spoken = request.headers[protocolHeader];
  if (spoken !== undefined && !(Number(spoken) >= oldestProtocol)) {
    return new InterlockError(
      'client_too_old',
      `This client speaks protocol ${String(spoken)}; the coordinator accepts ${oldestProtocol} and newer.`,
      { next: 'Update Interlock here and restart what uses it.', params: { spoken, oldestProtocol } },
    );
  }
  return undefined;
}

function ending(): InterlockError {
  return new InterlockError('coordinator_unavailable', 'This coordinator is ending; nothing was done.', {
    next: 'Connect again: another one takes over.',
    retryable: true,
  });
}

function reasonOf(error: unknown): InterlockError {
  if (error instanceof InterlockError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new InterlockError('store_unavailable', `The coordinator could not start: ${message}`, {
    next: 'Read the coordinator log in the logs folder of INTERLOCK_HOME.',
    cause: error,
  });
}

function noUpgrade(): InterlockError {
  return new InterlockError('not_found', 'This coordinator has no door that takes raw connections.');
}

function turnAway(response: ServerResponse, state: State, answer: OwnAnswer): void {
  for (const [name, value] of Object.entries(turningAway(state))) response.setHeader(name, value);
  send(response, answer);
}

/** The same to a socket that has been taken from HTTP, and has no response. */
function turnAwayUpgrade(socket: Duplex, state: State, { status, body }: OwnAnswer): void {
  const text = JSON.stringify(body);
  const headers = {
    ...turningAway(state),
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(text),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join('')}\r\n${text}`);
}

function turningAway(state: State): Record<string, string> {
  if (state.is === 'open') return { connection: 'close' };
  return { connection: 'close', [notExecutedHeader]: state.is, 'retry-after': '1' };
}

function problem(error: InterlockError): OwnAnswer {
  return { status: statusOf(error.code), body: reportOf(error) };
}

function send(response: ServerResponse, { status, body }: OwnAnswer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** As a browser's EventSource asks. A call that accepts a stream among other things is a call. */
function streamsEvents(request: IncomingMessage | undefined): boolean {
  return request?.method === 'GET' && request.headers.accept === 'text/event-stream';
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    if (response.closed) resolve();
    else response.once('close', () => resolve());
  });
}
