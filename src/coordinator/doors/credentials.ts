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
