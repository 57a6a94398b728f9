import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { type ErrorCode, InterlockError } from '../../kernel/errors.ts';
import { problemOf } from '../answer.ts';
import type { TcpLimits } from './limits.ts';

export interface TcpServer {
  readonly address: { readonly host: string; readonly port: number };
  countConnections(): number;
  /** Takes no new connection, waits for the answers that are on their way up to `graceMs`, and ends what streams. */
  drain(graceMs: number): Promise<void>;
  /** Cuts whatever is still connected. */
  close(): Promise<void>;
}

/**
 * Listens on TCP.
 * @throws InterlockError `cannot_listen` where the address is taken or not one of this machine
 */
export async function listenOnTcp(
  at: { readonly host: string; readonly port: number },
  limits: TcpLimits,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<TcpServer> {
  const connections = new Set<Socket>();
  const inFlight = new Map<ServerResponse, IncomingMessage>();
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.lookEveryMs,
      keepAliveTimeout: limits.keepAliveMs,
      maxHeaderSize: limits.headerBytes,
      noDelay: true,
    },
    (request, response) => {
      inFlight.set(response, request);
      // Its end is waited for by each room that it passes, and several times by the pipeline of a stream.
      response.setMaxListeners(20);
      response.once('close', () => inFlight.delete(response));
      void handle(request, response);
    },
  );
  server.maxConnections = limits.connections;
  server.timeout = limits.silentMs;
  server.on('connection', socket => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('clientError', answerBrokenRequest);

  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => reject(cannotListen(at, cause)));
    server.listen(at.port, at.host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;

  return {
    address: { host: at.host, port },
    countConnections: () => connections.size,
    async drain(graceMs) {
      server.close();
      const stop = new AbortController();
      const answers = [...inFlight].filter(each => !isStream(each)).map(([response]) => response);
      for (const each of inFlight) if (isStream(each)) each[0].end();
      await Promise.race([
        Promise.all(answers.map(ended)),
        pause(graceMs, undefined, { signal: stop.signal }).catch(() => undefined),
      ]);
      stop.abort();
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
        // Already closed by a drain: then there is nothing left to wait for.
        if (connections.size === 0) resolve();
      }),
  };
}

const brokenRequests: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

const brokenTexts: Partial<Record<ErrorCode, string>> = {
  request_timeout: 'The request did not arrive in the time that is waited for.',
  headers_too_large: 'The headers of the request are too large.',
};

/** What is no request gets an answer as well, where somebody is still there to read it. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = brokenRequests[error.code ?? ''] ?? 'bad_request';
  const text = brokenTexts[code] ?? 'What came is no HTTP request.';
  const problem = problemOf(new InterlockError(code, text, { next: 'Nothing was done.' }));
  const head = [
    `HTTP/1.1 ${problem.status} Refused`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(problem.text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${problem.text}`);
}

/** A stream that a GET opened has no end of its own; one that answers a POST ends with its answer. */
function isStream([response, { method }]: readonly [ServerResponse, IncomingMessage]): boolean {
  if (method !== 'GET') return false;
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');
}

function ended(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    if (response.closed) resolve();
    else response.once('close', () => resolve());
  });
}

function cannotListen(at: { readonly host: string; readonly port: number }, cause: Error): InterlockError {
  const why = 'code' in cause ? String(cause.code) : cause.message;
  return new InterlockError(
    'cannot_listen',
    `HTTP cannot be offered on ${at.host} port ${at.port} (${why}).`,
    {
      next:
        why === 'EADDRINUSE'
          ? 'Another program listens there: end it, or choose another port.'
          : 'Choose an address of this machine, and a port that this user may open.',
      params: { host: at.host, port: at.port },
      cause,
    },
  );
}
