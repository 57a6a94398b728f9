import type { IncomingMessage } from 'node:http';
import { InterlockError } from '../kernel/errors.ts';

/**
 * The JSON value of a request body; an empty body is an empty object.
 * @param limit bytes; a larger body is refused without being read to its end.
 * @throws InterlockError `body_too_large` or `invalid_input`.
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
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
  if (size === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new InterlockError('invalid_input', 'body: the request is not JSON.', {
      next: 'Send one JSON object.',
      params: { field: 'body' },
      cause,
    });
  }
}
