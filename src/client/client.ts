import { follow, type InterlockEvent } from './events.ts';
import { type Operations, operationNames } from './generated/operations.ts';
import { problemIn } from './problem.ts';

export type { InterlockEvent } from './events.ts';
export type * from './generated/operations.ts';
export { InterlockProblem } from './problem.ts';

export interface InterlockOptions {
  /** Where the coordinator listens: `http://127.0.0.1:7420`. */
  readonly url: string | URL;
  /** An API key; the agent that it is bound to is who calls. */
  readonly apiKey: string;
  /** Tells apart what the holder of the key does at the same time: each name is a session of its own. */
  readonly session?: string;
  /** Up to the answer. Default 310 s, which is longer than any operation waits. */
  readonly timeoutMs?: number;
  /** Instead of the global one. */
  readonly fetch?: typeof fetch;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Names the request in the log of the coordinator: letters, digits, `.`, `_` and `-`. */
  readonly requestId?: string;
}

export interface EventOptions {
  /** `lock` covers `lock.acquired`. Default: all. */
  readonly topics?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Every operation is a method; who may call it is for the coordinator to say. */
export type Interlock = {
  readonly [Name in keyof Operations]: (
    input: Operations[Name]['input'],
    options?: CallOptions,
  ) => Promise<Operations[Name]['output']>;
} & {
  /** Follows what changes in the project, across breaks of the connection. */
  events(options?: EventOptions): AsyncGenerator<InterlockEvent, void, void>;
};

const defaultTimeoutMs = 310_000;

/**
 * A client of a coordinator that offers HTTP. It holds no connection and asks nothing by itself; calls are never
 * repeated, since a call whose answer was lost may have been carried out.
 *
 * Its methods throw an `InterlockProblem` where the coordinator refuses, and what `fetch` throws where it is not reached.
 */
export function createInterlock(options: InterlockOptions): Interlock {
  const { apiKey, session, timeoutMs = defaultTimeoutMs } = options;
  const send = options.fetch ?? fetch;
  const identity = {
    'x-api-key': apiKey,
    ...(session === undefined ? {} : { 'interlock-session': encodeURIComponent(session) }),
  };

  async function call(name: string, input: unknown, how: CallOptions = {}): Promise<unknown> {
    const timeout = AbortSignal.timeout(how.timeoutMs ?? timeoutMs);
    const answer = await send(new URL(`/api/v1/${name}`, options.url), {
      method: 'POST',
      headers: {
        ...identity,
        'content-type': 'application/json',
        ...(how.requestId === undefined ? {} : { 'x-request-id': how.requestId }),
      },
      body: JSON.stringify(input),
      signal: how.signal ? AbortSignal.any([how.signal, timeout]) : timeout,
    });
    if (!answer.ok) throw await problemIn(answer);
    return answer.json();
  }

  const methods = operationNames.map(name => [
    name,
    (input: unknown, how?: CallOptions) => call(name, input, how),
  ]);
  return {
    ...Object.fromEntries(methods),
    events({ topics = [], signal = new AbortController().signal }: EventOptions = {}) {
      const url = new URL('/events', options.url);
      if (topics.length > 0) url.searchParams.set('topics', topics.join(','));
      return follow(until => send(url, { headers: identity, signal: until }), signal);
    },
  };
}
