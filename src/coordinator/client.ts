import type { Duplex } from 'node:stream';
import { type Answer, type Call, type Lost, send, upgrade } from './client/call.ts';
import { follow, type ServerEvent, type Subscription } from './client/events.ts';
import { createLink } from './client/link.ts';
import type { ReachOptions } from './client/reach.ts';
import { errorOf } from './client/refusal.ts';
import { notExecutedHeader } from './handshake.ts';
import { InterlockError } from './kernel/errors.ts';

export { startDetached } from './client/detached.ts';
export type { Ending, Starter } from './client/start.ts';

export type ConnectOptions = Omit<ReachOptions, 'deadlineMs'> & {
  /** How long finding or starting a coordinator may take, each time it has to be done. Default 15 s. */
  readonly deadlineMs?: number;
};

interface RequestOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** For everything, a change of the owner on the way included. Default 60 s. */
  readonly timeoutMs?: number;
  /** The request may be carried out twice: it is sent again where nobody knows whether it was carried out. */
  readonly retry?: boolean;
}

/** The coordinator of one store, whichever process that is at the moment. */
export interface Coordinator {
  /** As of the last connection. */
  readonly owner: { readonly pid: number; readonly generation: number; readonly version: string };
  readonly schemaVersion: number;
  readonly store: string;
  /**
   * Sends one request and returns the answer, whatever its status. When the owner goes, it finds or starts
   * the next one. A request that was certainly not carried out is then sent again; one of which nobody knows,
   * only if it is a GET, carries an `idempotency-key`, or says `retry`.
   * @throws InterlockError `coordinator_unavailable` (retryable), `deadline_exceeded`, `cancelled`, and what
   * {@link connectOrStart} throws
   */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /**
   * Follows server-sent events across changes of the owner until the returned function is called. `connected`
   * is told each time: what happened in between may have to be read again.
   */
  events(
    path: string,
    headers: Readonly<Record<string, string>>,
    onEvent: (event: ServerEvent) => void,
    onState: Subscription['onState'],
  ): () => void;
  /**
   * A raw connection, by HTTP upgrade to `interlock`. It ends with its owner; open another one then.
   * @throws InterlockError what the coordinator refuses it with
   */
  open(path: string, headers?: Readonly<Record<string, string>>): Promise<Duplex>;
  /** Gives the connections back, and ends every stream of events. The coordinator goes on. */
  close(): void;
}

const defaultDeadlineMs = 15_000;
const defaultTimeoutMs = 60_000;
/** A request that takes its coordinator down with it is not sent for ever. */
const mostSends = 3;

/**
 * Connects to the coordinator of a store, and starts one if there is none and `start` allows it. It resolves
 * when the coordinator is ready for work.
 * @throws InterlockError `coordinator_unavailable`, `client_too_old`, `cancelled`, or the coordinator's own
 * reason for not starting.
 */
export async function connectOrStart(options: ConnectOptions): Promise<Coordinator> {
  const { deadlineMs = defaultDeadlineMs } = options;
  const link = createLink({ ...options, deadlineMs });
  const streams = new AbortController();
  let last = await link.reached({ signal: options.signal }).catch(giveUp);

  function giveUp(error: unknown): never {
    link.close();
    throw error;
  }

  /** Goes on from owner to owner until one of them has answered. */
  async function attempt<Result extends Answer | Duplex>(
    once: (call: Call) => Promise<Result | Lost>,
    method: string,
    path: string,
    { body, headers, signal, timeoutMs = defaultTimeoutMs, retry = false }: RequestOptions,
  ): Promise<Result> {
    const until = performance.now() + timeoutMs;
    for (let sends = 1; ; ) {
      last = await link.reached({ until, signal });
      const { address, agent } = last;
      const timeLeft = Math.max(1, Math.ceil(until - performance.now()));
      const outcome = await once({
        address,
        agent,
        method,
        path,
        headers,
        body,
        signal,
        timeoutMs: timeLeft,
      });
      if (!('lost' in outcome)) {
        if (!('status' in outcome) || !wasTurnedAway(outcome)) return outcome;
        link.drop(address);
        continue;
      }
      link.drop(address);
      if (outcome.lost === 'before') continue;
      if (!retry || sends === mostSends) throw brokeOff(method, path, outcome);
      sends += 1;
    }
  }

  return {
    get owner() {
      const { owner, version } = last.handshake;
      return { pid: owner.pid, generation: owner.generation, version };
    },
    get schemaVersion() {
      return last.handshake.schemaVersion;
    },
    get store() {
      return last.handshake.store;
    },
    request: (method, path, request = {}) =>
      attempt(send, method, path, { ...request, retry: mayRepeat(method, request) }),
    events(path, headers, onEvent, onState) {
      const ending = new AbortController();
      const signal = AbortSignal.any([ending.signal, streams.signal]);
      const locate = async () => (await link.reached({ signal })).address;
      void follow({ path, headers, onEvent, onState }, { locate, drop: link.drop }, signal);
      return () => ending.abort();
    },
    async open(path, headers = {}) {
      const upgradeHeaders = { ...headers, connection: 'Upgrade', upgrade: 'interlock' };
      const opened = await attempt(upgrade, 'GET', path, { headers: upgradeHeaders, retry: true });
      if ('status' in opened) throw errorOf(opened.body);
      return opened;
    },
    close() {
      streams.abort();
      link.close();
    },
  };
}

/**
 * Ended while it was asked: nothing was done, whatever it was. A coordinator that failed to start says so for
 * good.
 */
function wasTurnedAway(answer: Answer): boolean {
  return answer.headers[notExecutedHeader] === 'draining';
}

function mayRepeat(method: string, { retry, headers }: RequestOptions): boolean {
  return retry ?? (method === 'GET' || headers?.['idempotency-key'] !== undefined);
}

function brokeOff(method: string, path: string, { code }: Lost): InterlockError {
  return new InterlockError(
    'coordinator_unavailable',
    `The coordinator went away during ${method} ${path} (${code}).`,
    {
      next: 'Look whether it was done, and try again.',
      params: { method, path },
      retryable: true,
    },
  );
}
