import type { IncomingMessage } from 'node:http';
import { InterlockError } from '../kernel/errors.ts';

/**
 * A request body as text.
 * @param limit bytes; a larger body is refused without being read to its end.
 * @throws InterlockError `body_too_large`, or `cancelled` where the other side goes away before it has sent all of it.
 */
export async function readText(request: IncomingMessage, limit: number): Promise<string> {
  try {
    return await textOf(request, limit);
  } catch (error) {
    if (error instanceof InterlockError || !request.errored) throw error;
    throw new InterlockError('cancelled', 'The caller went away before its request was complete.', {
      cause: error,
    });
  }
}

async function textOf(request: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      throw new InterlockError('body_too_large', `The body is larger than ${limit} bytes.`, {
        next: 'Send less: only the fields of the operation are needed.',
        params: { limit },
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * The JSON value of a request body; an empty body is an empty object.
 * @throws InterlockError `body_too_large` as {@link readText}, or `invalid_input`.
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const text = await readText(request, limit);
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InterlockError('invalid_input', 'body: the request is not JSON.', {
      next: 'Send one JSON object.',
      params: { field: 'body' },
      cause,
    });
  }
}
