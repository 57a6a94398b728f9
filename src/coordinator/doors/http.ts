import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Corridor } from '../kernel/corridor.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/events.ts';
import type { Operation } from '../kernel/operation.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Projects } from '../projects/projects.ts';
import { answer, answerProblem, answerText, goneSignal } from './answer.ts';
import { readJson } from './body.ts';
import { type Origin, originOf } from './credentials.ts';
import { streamEvents } from './event-stream.ts';
import type { GitHookDoor } from './git-hooks.ts';
import { answerHookText, hookTextPath } from './hook-text.ts';
import type { HookDoor } from './hooks.ts';
import { openApiDocument } from './openapi.ts';

/** Operations carry fields, not files. In bytes. */
export const operationBodyLimit = 1024 * 1024;
/** A hook carries the whole content of an edit. */
const hookBodyLimit = 64 * 1024 * 1024;

export interface HttpServices {
  readonly corridor: Corridor;
  readonly operations: readonly Operation[];
  readonly bus: EventBus;
  readonly projects: Projects;
  readonly hooks: HookDoor;
  readonly gitHooks: GitHookDoor;
  readonly version: string;
  readonly metrics: Metrics;
  /** Throws where the database cannot be reached. */
  readonly checkHealth: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

export type HttpDoor = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** `/api/v1/<operation>`, `/api/v1/events`, `/hooks/<harness>/<event>`, `/hooks/git`, `/hook-text/<harness>/<event>`, health and the description of it all. */
export function createHttpDoor(services: HttpServices): HttpDoor {
  const operations = new Map(services.operations.map(operation => [operation.name, operation]));
  return async (request, response) => {
    try {
      await route(services, operations, request, response);
    } catch (error) {
      if (!(error instanceof InterlockError)) services.onError(error);
      if (error instanceof InterlockError && error.code === 'internal_error')
        services.onError(error.cause ?? error);
      answerProblem(response, error);
    }
  };
}

async function route(
  services: HttpServices,
  operations: ReadonlyMap<string, Operation>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://interlock');
  const [, first = '', second = '', third = '', ...more] = url.pathname.split('/');
  const isPost = request.method === 'POST';
  if (first === 'api' && second === 'v1' && more.length === 0) {
    if (!isPost && third === 'events') {
      const { cwd, projectKey } = originOf(request.headers);
      const { project } = await services.projects.placeOf(cwd, projectKey);
      return streamEvents(
        response,
        services.bus,
        project.id,
        url.searchParams.get('topics')?.split(',') ?? [],
      );
    }
    const operation = operations.get(third);
    if (operation && isPost) {
      const origin = originOf(request.headers);
      return answer(response, 200, await call(services.corridor, operation, origin, request, response));
    }
    if (!operation) throw unknownOperation(third);
  }
  if (url.pathname === '/hooks/git' && isPost) {
    const body = await readJson(request, operationBodyLimit);
    return answer(response, 200, await services.gitHooks({ body, signal: goneSignal(response) }));
  }
  if (first === hookTextPath && isPost && more.length === 0) {
    const call = { harness: second, event: third, signal: goneSignal(response) };
    return answerHookText(services.hooks, call, request, response);
  }
  if (first === 'hooks' && isPost && more.length === 0) {
    // Said at once, since the answer may wait for a person: a hook that hears nothing takes this process for stuck.
    response.writeProcessing();
    const body = await readJson(request, hookBodyLimit);
    return answer(
      response,
      200,
      await services.hooks({ harness: second, event: third, body, signal: goneSignal(response) }),
    );
  }
  if (request.method === 'GET') {
    if (url.pathname === '/live') return answer(response, 200, { status: 'ok' });
    if (url.pathname === '/health' || url.pathname === '/ready') {
      await services.checkHealth();
      return answer(response, 200, { status: 'ok', version: services.version });
    }
    if (url.pathname === '/metrics') {
      return answerText(response, services.metrics.contentType, await services.metrics.text());
    }
    if (url.pathname === '/openapi.json') {
      return answer(response, 200, openApiDocument(services.operations, services.version));
    }
  }
  throw new InterlockError('not_found', `${request.method} ${url.pathname} is no address here.`, {
    next: 'GET /openapi.json lists the addresses.',
  });
}

/** Reads the body and walks the call through the corridor. @throws InterlockError what `readJson` and the corridor throw. */
export async function call(
  corridor: Corridor,
  operation: Operation,
  origin: Origin,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<unknown> {
  const input = await readJson(request, operationBodyLimit);
  return corridor.walk({ ...origin, operation, input, door: 'http', signal: goneSignal(response) });
}

export function unknownOperation(name: string): InterlockError {
  return new InterlockError('unknown_operation', `${JSON.stringify(name.slice(0, 100))} is no operation.`, {
    next: 'GET /openapi.json lists the operations.',
  });
}
