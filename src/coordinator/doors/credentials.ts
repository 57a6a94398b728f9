import type { IncomingHttpHeaders } from 'node:http';
import type { Credential } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { Call } from '../kernel/passage.ts';

/** Who calls and from where, as headers say it. Nothing in it is believed before the identify step. */
export type Origin = Pick<Call, 'credential' | 'cwd'> & { readonly projectKey?: string };

/**
 * Reads `authorization` (`Session <token>` or `Operator <key>`) or `x-api-key`, `interlock-session` (which tells apart what the
 * holder of a key does at the same time), `interlock-cwd` and `interlock-project`. The last three are percent-encoded, since
 * paths hold characters that headers do not.
 * @throws InterlockError `unauthenticated` for a scheme that is not one of these.
 */
export function originOf(headers: IncomingHttpHeaders): Origin {
  const key = headers['x-api-key'];
  if (key !== undefined && headers.authorization !== undefined) throw twoCredentials();
  const projectKey = decoded(headers['interlock-project'], 'interlock-project');
  return {
    credential:
      key === undefined
        ? credentialOf(headers.authorization)
        : {
            kind: 'key',
            key: String(key),
            session: decoded(headers['interlock-session'], 'interlock-session') ?? '',
          },
    cwd: decoded(headers['interlock-cwd'], 'interlock-cwd') ?? null,
    ...(projectKey === undefined ? {} : { projectKey }),
  };
}

/** Who calls over TCP: the holder of an API key, which says the project by itself. */
export interface KeyOrigin extends Origin {
  readonly credential: Extract<Credential, { kind: 'key' }>;
  readonly cwd: null;
}

/**
 * Reads `x-api-key`, or `authorization: Bearer <key>` as clients of MCP and Prometheus send it, and `interlock-session`.
 * Nobody else than the holder of a key comes over TCP, and folders are those of another machine.
 * @throws InterlockError `unauthenticated` without a key; `invalid_input` where the call names a folder or a project.
 */
export function keyOriginOf(headers: IncomingHttpHeaders): KeyOrigin {
  const [scheme = '', bearer = ''] = (headers.authorization ?? '').split(' ', 2);
  const key = headers['x-api-key'];
  if (key !== undefined && headers.authorization !== undefined) throw twoCredentials();
  const secret = key === undefined && scheme.toLowerCase() === 'bearer' ? bearer : String(key ?? '');
  if (secret === '') {
    throw new InterlockError('unauthenticated', 'x-api-key: the call carries no API key.', {
      next: 'Send the key as x-api-key, or as "authorization: Bearer <key>". An operator makes one with `interlock keys create`.',
    });
  }
  for (const name of ['interlock-cwd', 'interlock-project']) {
    if (headers[name] === undefined) continue;
    throw new InterlockError('invalid_input', `${name}: an API key says by itself which project it is for.`, {
      next: 'Leave the header out.',
      params: { field: name },
    });
  }
  const session = decoded(headers['interlock-session'], 'interlock-session') ?? '';
  return { credential: { kind: 'key', key: secret, session }, cwd: null };
}

function twoCredentials(): InterlockError {
  return new InterlockError('unauthenticated', 'authorization: the call carries an x-api-key beside it.', {
    next: 'Send one of the two, so that it is clear who calls.',
  });
}

function credentialOf(authorization: string | undefined): Credential {
  if (authorization === undefined) return { kind: 'none' };
  const [scheme, secret] = authorization.split(' ', 2);
  if (scheme === 'Session' && secret) return { kind: 'session', token: secret };
  if (scheme === 'Operator' && secret) return { kind: 'operator', key: secret };
  throw new InterlockError('unauthenticated', 'authorization: the scheme is not one that is known here.', {
    next: 'Send "Session <token>" or "Operator <key>", or no authorization at all.',
  });
}

function decoded(value: string | string[] | undefined, name: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  try {
    return decodeURIComponent(String(value));
  } catch {
    throw new InterlockError('invalid_input', `${name}: the header is not percent-encoded text.`, {
      next: 'Encode it as encodeURIComponent does.',
      params: { field: name },
    });
  }
}
