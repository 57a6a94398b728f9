import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonContentType } from '@modelcontextprotocol/server';
import { verify } from '@octokit/webhooks-methods';
import { InterlockError } from '../../kernel/errors.ts';
import { answer } from '../answer.ts';
import { readText } from '../body.ts';
import { noAddress } from './request-line.ts';

/** Where GitHub delivers to. */
export const webhookPath = '/webhooks/github';

/**
 * Bytes of one delivery. GitHub would send up to 25 MB; issues, labels and pull requests have less than one, and of a push
 * that is larger the branches are seen at the next look anyway.
 */
export const webhookBodyLimit = 5 * 1024 * 1024;
/** Bytes of all deliveries that are on their way: whoever sends them has proved nothing yet. */
const openBytesLimit = 64 * 1024 * 1024;

/** As GitHub signs (docs.github.com, “Validating webhook deliveries”). */
const signatureForm = /^sha256=[0-9a-f]{64}$/;
const idForm = /^[A-Za-z0-9-]{1,100}$/;
const eventForm = /^[a-z0-9_]{1,100}$/;

export interface WebhookServices {
  /** The secret, and the one before it, which is taken as long as it is named. Good for every project. */
  readonly secrets: readonly string[];
  /** Those that people have lent, each good for one project. */
  readonly lentSecrets: () => readonly { readonly secret: string; readonly projectId: string }[];
  /** Carries out what a delivery says, as far as an answer may wait for it. */
  receive(delivery: {
    readonly id: string;
    readonly event: string;
    readonly payload: unknown;
    /** The projects that it may be about; absent: every one. */
    readonly projects?: readonly string[];
  }): Promise<object>;
}

/**
 * The door for GitHub's webhooks. Nothing of a delivery is read before its signature is known to be good, compared in a time
 * that says nothing; and every one that is not gets the same answer. Where there is no secret there is no such address.
 */
export function createWebhookDoor({
  secrets,
  lentSecrets,
  receive,
}: WebhookServices): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let openBytes = 0;
  return async (request, response) => {
    const lent = lentSecrets();
    if (secrets.length + lent.length === 0) throw noAddress(request);
    const signature = request.headers['x-hub-signature-256'];
    if (typeof signature !== 'string' || !signatureForm.test(signature)) throw unsigned();
    if (!isJsonContentType(request.headers['content-type'])) throw noJson();
    const bytes = announcedBytes(request);
    if (openBytes + bytes > openBytesLimit) throw tooManyAtOnce();
    openBytes += bytes;
    try {
      const body = await readText(request, webhookBodyLimit);
      // The signature of nothing is no delivery, and what checks signatures takes it for a defect.
      if (body === '') throw unsigned();
      const isSigned = (secret: string) => verify(secret, body, signature);
      // All of them are tried, so that the time of an answer does not say which one it was.
      const own = await Promise.all(secrets.map(isSigned));
      const ofPeople = await Promise.all(lent.map(({ secret }) => isSigned(secret)));
      const projects = lent.filter((_, index) => ofPeople[index]).map(({ projectId }) => projectId);
      const isForAll = own.includes(true);
      if (!isForAll && projects.length === 0) throw unsigned();
      const delivery = { ...headersOf(request), payload: parsed(body) };
      const received = await receive(isForAll ? delivery : { ...delivery, projects });
      answer(response, 202, received);
    } finally {
      openBytes -= bytes;
    }
  };
}

/** @throws InterlockError `body_too_large` where it is known before it is read. */
function announcedBytes({ headers }: IncomingMessage): number {
  const announced = Number(headers['content-length'] ?? webhookBodyLimit);
  if (announced <= webhookBodyLimit) return announced;
  throw new InterlockError('body_too_large', `The body is larger than ${webhookBodyLimit} bytes.`, {
    next: 'Nothing was done. What it says is seen at the next look at the repository.',
    params: { limit: webhookBodyLimit },
  });
}

function headersOf({ headers }: IncomingMessage): { readonly id: string; readonly event: string } {
  const id = headers['x-github-delivery'];
  const event = headers['x-github-event'];
  if (typeof id === 'string' && idForm.test(id) && typeof event === 'string' && eventForm.test(event))
    return { id, event };
  throw new InterlockError(
    'bad_request',
    'x-github-delivery, x-github-event: a delivery names itself and its event, once each.',
    { next: 'Send it as GitHub does.' },
  );
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new InterlockError('invalid_input', 'body: the delivery is not JSON.', {
      next: 'Set the content type of the webhook to application/json.',
      params: { field: 'body' },
      cause,
    });
  }
}

/** One answer for whatever is wrong with it: nobody learns how near a guess was. */
function unsigned(): InterlockError {
  return new InterlockError('unauthenticated', 'The delivery is not signed with the secret of this server.', {
    next: 'Set the same secret in the webhook on GitHub and for this server. Nothing of it was read.',
  });
}

function noJson(): InterlockError {
  return new InterlockError(
    'unsupported_media_type',
    'content-type: deliveries are to be application/json.',
    {
      next: 'Set the content type of the webhook to application/json.',
      params: { field: 'content-type' },
    },
  );
}

function tooManyAtOnce(): InterlockError {
  return new InterlockError(
    'rate_limited',
    'Too many deliveries are on their way at once. Nothing was done.',
    {
      next: 'Redeliver it; what it says is seen at the next look at the repository as well.',
      params: { retry_after_seconds: 10 },
      retryable: true,
    },
  );
}
