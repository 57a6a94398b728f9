import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The request as the web's own type, which the MCP SDK takes, with a body that has been read. */
export function toWebRequest(
  request: IncomingMessage,
  body: string | undefined,
  signal: AbortSignal,
): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const method = request.method ?? 'GET';
  return new Request(new URL(request.url ?? '/', 'http://localhost'), {
    method,
    headers,
    signal,
    ...(body === undefined ? {} : { body }),
  });
}

/** Sends the web's answer, and lets go of it when the other side goes away. */
export async function sendWebResponse(answer: Response, response: ServerResponse): Promise<void> {
  if (response.closed) {
    await answer.body?.cancel();
    return;
  }
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.writeHead(answer.status);
  if (!answer.body) {
    response.end();
    return;
  }
  // A stream may have nothing to say for long, and its reader wants to know that it is there.
  response.flushHeaders();
  await pipeline(Readable.fromWeb(answer.body), response).catch((error: NodeJS.ErrnoException) => {
    if (!response.closed && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}
