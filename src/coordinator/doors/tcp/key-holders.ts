import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { InterlockError } from '../../kernel/errors.ts';
import { type EventBus, isAbout } from '../../kernel/events.ts';
import { type KeyOrigin, keyOriginOf } from '../credentials.ts';
import type { TcpLimits } from './limits.ts';
import { createFailures, createRate } from './rate.ts';

/** Whom a key proves its holder to be, as far as a door has to know. */
export interface Holder {
  readonly keyId: string;
  readonly projectId: string;
  readonly delegatedFrom: string | null;
}

/** A holder, and how it showed who it is. */
export interface Guest extends Holder {
  readonly origin: KeyOrigin;
}

export interface KeyHolderServices {
  /** @throws InterlockError `unauthenticated` */
  readonly identify: (key: string) => Promise<Holder>;
  readonly bus: EventBus;
  readonly onError: (error: unknown) => void;
  readonly requestsPerMinute: number;
  readonly limits: TcpLimits;
}

/** Lets in whoever holds a good key, as often as the key may come. */
export interface KeyHolders {
  /**
   * Finds out who asks, and writes what is left to it into the headers of the answer. Until the answer has ended it is
   * cut off where the key is not good any more.
   * @throws InterlockError `unauthenticated`, `rate_limited`, and what {@link keyOriginOf} throws
   */
  letIn(request: IncomingMessage, response: ServerResponse): Promise<Guest>;
  close(): void;
}

/** As many keys as are remembered to have been good. */
const mostRemembered = 1_000;

export function createKeyHolders(services: KeyHolderServices): KeyHolders {
  const { limits, bus, onError } = services;
  const rate = createRate(services.requestsPerMinute);
  const failures = createFailures(limits.failuresPerMinute);
  const wereGood = new Set<string>();
  const open = new Map<ServerResponse, Guest>();

  async function identified(request: IncomingMessage): Promise<Guest> {
    const origin = keyOriginOf(request.headers);
    const address = request.socket.remoteAddress ?? '';
    const digest = createHash('sha256').update(origin.credential.key).digest('base64');
    const waitSeconds = wereGood.has(digest) ? 0 : await failures.blockedSeconds(address);
    if (waitSeconds > 0) throw blocked(waitSeconds);
    try {
      const holder = await services.identify(origin.credential.key);
      remember(digest);
      return { ...holder, origin };
    } catch (error) {
      wereGood.delete(digest);
      if (error instanceof InterlockError && error.code === 'unauthenticated') await failures.note(address);
      throw error;
    }
  }

  function remember(digest: string): void {
    wereGood.delete(digest);
    wereGood.add(digest);
    for (const oldest of wereGood) {
      if (wereGood.size <= mostRemembered) break;
      wereGood.delete(oldest);
    }
  }

  /** A stream that was opened with a key must not outlive it. */
  async function recheck(): Promise<void> {
    for (const [response, { origin }] of open) {
      await services.identify(origin.credential.key).catch(error => {
        if (error instanceof InterlockError && error.code === 'unauthenticated') response.destroy();
        else onError(error);
      });
    }
  }

  const recheckSoon = () => void recheck().catch(onError);
  const timer = setInterval(recheckSoon, limits.recheckMs);
  timer.unref();
  const unsubscribe = bus.subscribe(event => {
    // Once all who listen have heard of it: the keys forget what they know by the same event.
    if (isAbout(event, ['key', 'events.gap'])) setImmediate(recheckSoon);
  });

  return {
    async letIn(request, response) {
      const guest = await identified(request);
      const { headers, refusal } = await rate.take(guest.keyId);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      if (refusal) throw refusal;
      const mates = [...open.values()].filter(({ keyId }) => keyId === guest.keyId).length;
      if (mates >= limits.openPerKey) throw tooManyOpen(limits.openPerKey);
      open.set(response, guest);
      response.once('close', () => open.delete(response));
      return guest;
    },
    close() {
      clearInterval(timer);
      unsubscribe();
    },
  };
}

function blocked(waitSeconds: number): InterlockError {
  return new InterlockError('rate_limited', 'This address has tried too many keys that are not good.', {
    next: `Wait ${waitSeconds} s, and check the key.`,
    params: { retry_after_seconds: waitSeconds },
    retryable: true,
  });
}

function tooManyOpen(most: number): InterlockError {
  return new InterlockError('rate_limited', `The key has ${most} requests open, and may not have more.`, {
    next: 'Let some of them end: calls that wait, and streams.',
    params: { most },
    retryable: true,
  });
}
