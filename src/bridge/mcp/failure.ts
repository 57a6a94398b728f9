import { InterlockError, reportOf } from '../../coordinator/kernel/errors.ts';
import type { Request } from './message.ts';

/** The range that JSON-RPC leaves to servers. */
const serverError = -32_000;

/** What the client is told where its request got no answer: a tool's error for a tool, which a model can read. */
export function failureOf(request: Request, error: unknown): string {
  const report = reportOf(error);
  const { code, message, next } = report;
  const { id } = request;
  if (request.method !== 'tools/call') {
    const data = { ...report };
    return JSON.stringify({ jsonrpc: '2.0', id, error: { code: serverError, message, data } });
  }
  const lines = [`${code}: ${message}`, ...(next === undefined ? [] : [`Next: ${next}`])];
  const result = { isError: true, content: [{ type: 'text', text: lines.join('\n') }] };
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

/** For a request that may or may not have been carried out when its coordinator went away. */
export function lostOnTheWay({ method, params }: Request): InterlockError {
  const what = method === 'tools/call' ? String(params.name) : method;
  return new InterlockError(
    'coordinator_unavailable',
    `The coordinator went away while it worked on ${what}; it may or may not have been carried out.`,
    {
      next: 'Another one takes over: look how things stand, then call again if need be.',
      retryable: true,
    },
  );
}
