import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonContentType } from '@modelcontextprotocol/server';
import type { Corridor } from '../../kernel/corridor.ts';
import { InterlockError } from '../../kernel/errors.ts';
import type { EventBus } from '../../kernel/events.ts';
import type { Log } from '../../kernel/log.ts';
import type { Operation } from '../../kernel/operation.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { answer, answerProblem, answerText, requestIdHeader } from '../answer.ts';
import { streamEvents } from '../event-stream.ts';
import { call, unknownOperation } from '../http.ts';
import { openApiDocument } from '../openapi.ts';
import type { Guest, KeyHolders } from './key-holders.ts';
import type { McpHttpDoor } from './mcp.ts';
import { noAddress, requestIdOf, type Target, targetOf } from './request-line.ts';
import { webhookPath } from './webhooks.ts';
import type { WhoMayAsk } from './who-may-ask.ts';

export interface TcpDoorServices {
  readonly corridor: Corridor;
  readonly operations: readonly Operation[];
  readonly bus: EventBus;
  readonly version: string;
  readonly metrics: Metrics;
  /** Throws where the database cannot be reached. */
  readonly checkHealth: () => Promise<void>;
  readonly whoMayAsk: WhoMayAsk;
  readonly keyHolders: KeyHolders;
  readonly mcp: McpHttpDoor;
  readonly webhooks: Address['answer'];
  readonly log: Log;
  readonly onError: (error: unknown) => void;
  readonly monotonicMs: () => number;
}

interface Address {
  readonly methods: readonly string[];
  /** Asked often by machines that look after machines: what went well is not worth a line in the log. */
  readonly quiet?: boolean;
  answer(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> | void;
}

const reading = ['GET', 'HEAD'] as const;

/** Sent with every answer: none of them is a page, and all of them are for whoever asked. */
const answerHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/**
 * The door over TCP. Behind it lies the corridor that every call walks, and beside it nothing that the socket of this
 * machine has for its own user: no hooks, no sessions without a key, no operators.
 */
export function createTcpDoor(
  services: TcpDoorServices,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const addresses = new Map([
    ...openAddresses(services),
    ...keptAddresses(services),
    ...signedAddresses(services),
  ]);

  return async (request, response) => {
    const requestId = requestIdOf(request);
    const startedMs = services.monotonicMs();
    // Read at once: when the answer has ended, the socket may be somebody else's or gone.
    const seen: Seen = { route: 'none', from: request.socket.remoteAddress };
    response.setHeader(requestIdHeader, requestId);
    for (const [name, value] of Object.entries(answerHeaders)) response.setHeader(name, value);
    response.once('close', () =>
      tell(services, request, response, { ...seen, requestId, ms: services.monotonicMs() - startedMs }),
    );
    try {
      services.whoMayAsk.check(request);
      const target = targetOf(request);
      const address = addresses.get(target.path);
      if (!address)
        throw isOperation(target.path) ? unknownOperation(target.path.slice(8)) : noAddress(request);
      seen.route = target.path;
      seen.quiet = address.quiet;
      if (!address.methods.includes(request.method ?? '')) throw wrongMethod(address, request, response);
      await address.answer(request, response, target);
    } catch (error) {
      const code = error instanceof InterlockError ? error.code : 'internal_error';
      if (code === 'internal_error') services.onError(error instanceof InterlockError ? error.cause : error);
      if (code === 'rate_limited') addRetryAfter(response, error);
      if (code === 'unauthenticated') response.setHeader('www-authenticate', 'Bearer realm="interlock"');
      answerProblem(response, error);
    }
  };
}

interface Seen {
  route: string;
  quiet?: boolean | undefined;
  readonly from: string | undefined;
}

/** What anybody may know who reaches this machine: that there is an Interlock, whether it works, and what it can be asked. */
function openAddresses(services: TcpDoorServices): [string, Address][] {
  const health: Address = {
    methods: reading,
    quiet: true,
    async answer(_, response) {
      await services.checkHealth().catch(cause => {
        throw new InterlockError('store_unavailable', 'The database does not answer.', {
          next: 'Try again; the log of the coordinator says more.',
          retryable: true,
          cause,
        });
      });
      answer(response, 200, { status: 'ok' });
    },
  };
  return [
    [
      '/live',
      { methods: reading, quiet: true, answer: (_, response) => answer(response, 200, { status: 'ok' }) },
    ],
    ['/health', health],
    ['/ready', health],
    [
      '/openapi.json',
      {
        methods: reading,
        answer: (_, response) =>
          answer(response, 200, openApiDocument(services.operations, services.version)),
      },
    ],
  ];
}

/** What the holder of a key may ask for. */
function keptAddresses(services: TcpDoorServices): [string, Address][] {
  const { bus, metrics, keyHolders, corridor, mcp } = services;
  const guarded = (
    methods: Address['methods'],
    serve: (guest: Guest, ...rest: Parameters<Address['answer']>) => Promise<void> | void,
  ): Address => ({
    methods,
    async answer(request, response, target) {
      await serve(await keyHolders.letIn(request, response), request, response, target);
    },
  });
  const events = guarded(['GET'], ({ projectId }, _, response, { query }) =>
    streamEvents(response, bus, projectId, query.get('topics')?.split(',') ?? []),
  );
  const metricsText = guarded(['GET'], async (_guest, _request, response) => {
    answerText(response, metrics.contentType, await metrics.text());
  });
  const operationAddress = (operation: Operation) =>
    guarded(['POST'], async ({ origin }, request, response) => {
      if (!isJsonContentType(request.headers['content-type'])) throw noJson();
      answer(response, 200, await call(corridor, operation, origin, request, response));
    });
  return [
    ['/events', events],
    ['/api/v1/events', events],
    ['/metrics', metricsText],
    ['/mcp', guarded(['GET', 'POST', 'DELETE'], mcp.serve)],
    ...services.operations.map((operation): [string, Address] => [
      `/api/v1/${operation.name}`,
      operationAddress(operation),
    ]),
  ];
}

/** What is open to whoever signs what they send. */
function signedAddresses({ webhooks }: TcpDoorServices): [string, Address][] {
  return [[webhookPath, { methods: ['POST'], answer: webhooks }]];
}

function isOperation(path: string): boolean {
  return /^\/api\/v1\/[^/]+$/.test(path);
}

function wrongMethod(
  { methods }: Address,
  request: IncomingMessage,
  response: ServerResponse,
): InterlockError {
  const allow = methods.join(', ');
  response.setHeader('allow', allow);
  return new InterlockError('method_not_allowed', `This address takes ${allow}, and not ${request.method}.`, {
    next: 'GET /openapi.json lists the addresses.',
    params: { allow },
  });
}

function noJson(): InterlockError {
  return new InterlockError('unsupported_media_type', 'content-type: the body is to be application/json.', {
    next: 'Send one JSON object, with content-type: application/json.',
    params: { field: 'content-type' },
  });
}

function addRetryAfter(response: ServerResponse, error: unknown): void {
  const after = error instanceof InterlockError ? error.params.retry_after_seconds : undefined;
  if (after !== undefined && !response.headersSent) response.setHeader('retry-after', String(after));
}

interface Told extends Seen {
  readonly requestId: string;
  readonly ms: number;
}

/** One line a request, without anything of the key, the query or the body. A client that went away has got no status. */
function tell(
  { log, metrics }: TcpDoorServices,
  request: IncomingMessage,
  response: ServerResponse,
  { route, quiet, from, requestId, ms }: Told,
): void {
  const status = response.headersSent ? response.statusCode : 499;
  metrics.answered(route, status);
  if (quiet && status < 400) return;
  log.info(
    {
      request_id: requestId,
      method: request.method,
      route,
      status,
      ms: Math.round(ms),
      complete: response.writableFinished,
      from,
    },
    'request',
  );
}
