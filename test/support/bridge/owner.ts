import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { answerHookText } from '../../../src/coordinator/doors/hook-text.ts';
import { host } from '../../../src/coordinator/host/run.ts';
import type { HookAnswer } from '../../../src/coordinator/tool-use/harnesses.ts';

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
        if (request.url?.startsWith('/hook-text/')) return asText(handler, request, response);
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

/** The same for a hook that is a shell script: the real door, with the handler behind it. */
async function asText(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, , harness = '', event = ''] = request.url?.split('/') ?? [];
  const never = new Promise<never>(() => {});
  const hooks = async ({ body }: { readonly body: unknown }) =>
    ((await handler(body, response, request)) as HookAnswer | undefined) ?? never;
  const call = { harness, event, signal: new AbortController().signal };
  await answerHookText(hooks, call, request, response).catch(() => response.destroy());
}
