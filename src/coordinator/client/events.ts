import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { type Call, stream } from './call.ts';

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  readonly id?: string;
}

export interface Subscription {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly onEvent: (event: ServerEvent) => void;
  /** `connected` each time, since what happened while the connection was lost may have to be read again. */
  readonly onState: (state: 'connected' | 'lost', reason?: string) => void;
}

/** How long the first attempt after a break waits, and the last. */
const shortestBackoffMs = 50;
const longestBackoffMs = 5_000;
const headTimeoutMs = 30_000;

/**
 * Follows server-sent events for as long as the signal allows, from one coordinator to the next, and tells
 * after each break from which event on it goes on (`last-event-id`).
 */
export async function follow(
  subscription: Subscription,
  owner: { locate(): Promise<string>; drop(address: string): void },
  signal: AbortSignal,
): Promise<void> {
  let lastId: string | undefined;
  let backoff = shortestBackoffMs;
  while (!signal.aborted) {
    const reason = await once();
    if (signal.aborted) return;
    subscription.onState('lost', reason);
    // Half of it by chance, so that all views of all windows do not come at once.
    await pause(backoff * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    backoff = Math.min(backoff * 2, longestBackoffMs);
  }

  /** One connection from its beginning to its end; returns why it ended. */
  async function once(): Promise<string> {
    let address: string | undefined;
    const stop = new AbortController();
    try {
      address = await owner.locate();
      const response = await stream(callTo(address));
      if ('lost' in response) return response.code;
      signal.addEventListener('abort', () => response.destroy(), { once: true, signal: stop.signal });
      if (response.statusCode !== 200) {
        response.destroy();
        return `the coordinator answered ${response.statusCode}`;
      }
      backoff = shortestBackoffMs;
      subscription.onState('connected');
      await read(response);
      return 'the coordinator ended the stream';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      stop.abort();
      if (address !== undefined) owner.drop(address);
    }
  }

  async function read(response: IncomingMessage): Promise<void> {
    const parser = createParser({
      onEvent: ({ event = 'message', data, id }) => {
        if (id !== undefined) lastId = id;
        subscription.onEvent({ event, data, id });
      },
    });
    response.setEncoding('utf8');
    for await (const chunk of response) parser.feed(chunk);
  }

  function callTo(address: string): Call {
    const headers = {
      ...subscription.headers,
      accept: 'text/event-stream',
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    };
    return { address, method: 'GET', path: subscription.path, headers, signal, timeoutMs: headTimeoutMs };
  }
}
