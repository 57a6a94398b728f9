import type { ServerResponse } from 'node:http';
import { reportOf, statusOf } from '../kernel/errors.ts';

/** Names one request in the answer, in a problem and in the log. */
export const requestIdHeader = 'x-request-id';

/** Aborts when the other side goes away before it has its answer. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

export function answer(response: ServerResponse, status: number, body: unknown): void {
  answerText(response, 'application/json', JSON.stringify(body ?? null), status);
}

export function answerText(response: ServerResponse, type: string, text: string, status = 200): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** Problem details (RFC 9457) with our code, so that no client has to read a message to know what happened. */
export function answerProblem(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const requestId = response.getHeader(requestIdHeader);
  const { status, text } = problemOf(error, requestId === undefined ? undefined : String(requestId));
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(text),
    // What is left of a request that was not read to its end would be taken for the next one.
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(text);
}

/** An error as problem details. */
export function problemOf(
  error: unknown,
  requestId?: string,
): { readonly status: number; readonly text: string } {
  const report = reportOf(error);
  const status = statusOf(report.code);
  const text = JSON.stringify({
    type: `urn:interlock:error:${report.code}`,
    status,
    title: report.code,
    detail: report.message,
    ...report,
    ...(requestId === undefined ? {} : { request_id: requestId }),
  });
  return { status, text };
}
