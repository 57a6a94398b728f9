import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { host } from '../../../src/coordinator/host/run.ts';

/** What the owner does with a hook call: it answers, or it does not. */
export type Handler = (body: unknown, response: ServerResponse, request: IncomingMessage) => unknown;

/**
 * Owns the store in this process, as a coordinator does, and answers hook calls as the test says. What the handler
 * returns is sent as JSON; where it returns undefined it has dealt with the response itself.
 */
export async function own(
  home: string,
  handler: Handler,
  mode: 'detached' | 'worker' = 'detached',
): Promise<{ stop(): Promise<void> }> {
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const hosting = await host({
    home,
    mode,
    version: '0.0.0-test',
    openLog: async () => silent,
    abandon: reason => {
      throw new Error(reason);
    },
    startService: async () => ({
      schemaVersion: 1,
      async handleRequest(request, response) {
        const answer = await handler(await json(request), response, request);
        if (answer === undefined) return;
        const text = JSON.stringify(answer);
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        });
        response.end(text);
      },
      close: async () => {},
    }),
  });
  if ('takenBy' in hosting) throw new Error(`${home} is owned by process ${hosting.takenBy.holder.pid}`);
  await hosting.ready;
  return { stop: () => hosting.stop('the test is over') };
}
