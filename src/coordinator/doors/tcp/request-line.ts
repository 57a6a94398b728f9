import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { InterlockError } from '../../kernel/errors.ts';

/** What a client may call its request: nothing that means anything in a log or a header. */
const plainId = /^[A-Za-z0-9._-]{1,64}$/;

/** The name of the request: the client's own, where it is a plain one, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && plainId.test(given) ? given : randomUUID();
}

export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * The path and the query of a request. Addresses here hold neither escapes nor dots that lead elsewhere, so a path that
 * has them is none: nothing is decoded or resolved, and nothing can be read in two ways.
 * @throws InterlockError `not_found`
 */
export function targetOf(request: IncomingMessage): Target {
  const [, path, query = ''] = /^((?:\/[A-Za-z0-9_.-]+)+)(?:\?(.*))?$/s.exec(request.url ?? '') ?? [];
  if (path === undefined || path.split('/').some(part => /^\.+$/.test(part))) throw noAddress(request);
  return { path, query: new URLSearchParams(query) };
}

export function noAddress(request: IncomingMessage): InterlockError {
  const shown = JSON.stringify((request.url ?? '').slice(0, 100));
  return new InterlockError('not_found', `${request.method} ${shown} is no address here.`, {
    next: 'GET /openapi.json lists the addresses.',
  });
}
