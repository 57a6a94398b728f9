import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { protocol, protocolHeader } from '../handshake.ts';
import { InterlockError } from '../kernel/errors.ts';

export interface Call {
  readonly address: string;
  readonly method: string;
  readonly path: string;
  /** Keeps connections for the next call; absent: a connection of its own. */
  readonly agent?: Agent;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Up to the end of the answer; for a stream and an upgrade up to its beginning. */
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed where the answer is JSON, else text; undefined where it is empty. */
  readonly body: unknown;
}

/** The connection broke: before anything was sent, so nothing was done, or after, so nobody knows. */
export interface Lost {
  readonly lost: 'before' | 'after';
  readonly code: string;
}

/**
 * Sends one request and reads the whole answer. A broken connection is a value, because what it means is for
 * the caller to say.
 * @throws InterlockError `deadline_exceeded` or `cancelled`; the request may have been carried out all the
 * same.
 */
export function send(call: Call): Promise<Answer | Lost> {
  return exchange(call, (sent, done, fail) => {
    sent.once('response', response => answerOf(response).then(done, fail));
  });
}

/** Sends a request whose answer goes on: resolves when its head is there. Destroying the answer ends it. */
export function stream(call: Call): Promise<IncomingMessage | Lost> {
  return exchange(call, (sent, done) => {
    sent.once('response', done);
  });
}

/** Asks for an upgrade: resolves with the raw connection, or with the answer that refused it. */
export function upgrade(call: Call): Promise<Duplex | Answer | Lost> {
  return exchange(call, (sent, done, fail) => {
    sent.once('response', response => answerOf(response).then(done, fail));
    sent.once('upgrade', (_response, socket, head) => {
      socket.unshift(head);
      done(socket);
    });
  });
}

type Sent = ReturnType<typeof request>;

function exchange<Result>(
  call: Call,
  listen: (sent: Sent, done: (result: Result) => void, fail: (error: Error) => void) => void,
): Promise<Result | Lost> {
  const { address, agent, method, path, signal, timeoutMs } = call;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled(call));
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const sent = request({
      socketPath: address,
      agent: agent ?? false,
      method,
      path,
      headers: headersOf(call, body),
    });
    let connected = false;
    const timer = setTimeout(() => settle(() => reject(tooLate(call))), timeoutMs);
    const abort = () => settle(() => reject(cancelled(call)));

    /** Once the outcome is known, whatever still happens to the request is nobody's business. */
    function settle(conclude: () => void, keepOpen = false): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      conclude();
      if (!keepOpen) sent.destroy();
    }

    function fail(error: NodeJS.ErrnoException): void {
      settle(() => resolve({ lost: connected ? 'after' : 'before', code: error.code ?? error.message }));
    }

    signal?.addEventListener('abort', abort, { once: true });
    sent.on('error', fail);
    sent.once('socket', socket => {
      if (!socket.connecting) connected = true;
      else
        socket.once('connect', () => {
          connected = true;
        });
    });
    listen(sent, result => settle(() => resolve(result), true), fail);
    sent.end(body);
  });
}

function headersOf(call: Call, body: string | undefined): Record<string, string | number> {
  return {
    [protocolHeader]: protocol,
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    ...call.headers,
  };
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const isJson = /^application\/(?:[a-z.-]+\+)?json\b/.test(response.headers['content-type'] ?? '');
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: text === '' ? undefined : isJson ? JSON.parse(text) : text,
  };
}

function tooLate({ method, path, timeoutMs }: Call): InterlockError {
  return new InterlockError(
    'deadline_exceeded',
    `The coordinator did not answer ${method} ${path} within ${timeoutMs} ms.`,
    {
      next: 'Look whether it was done before asking again.',
      params: { method, path, timeoutMs },
      retryable: true,
    },
  );
}

function cancelled({ method, path }: Call): InterlockError {
  return new InterlockError('cancelled', `${method} ${path} was cancelled by the caller.`);
}
