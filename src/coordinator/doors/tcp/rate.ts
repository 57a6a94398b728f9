import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { InterlockError } from '../../kernel/errors.ts';

const windowSeconds = 60;

/** What is left for one key, as headers tell it (draft-ietf-httpapi-ratelimit-headers-10, RFC 9110 §10.2.3). */
export interface Allowance {
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal?: InterlockError;
}

/** Counts the requests of each key, in windows of a minute that begin with its first request. */
export interface Rate {
  take(keyId: string): Promise<Allowance>;
}

/** @param perMinute requests of one key. */
export function createRate(perMinute: number): Rate {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  return {
    async take(keyId) {
      const { left, resetSeconds, isOver } = await consumed(limiter, keyId);
      const headers = {
        'ratelimit-policy': `"key";q=${perMinute};w=${windowSeconds}`,
        ratelimit: `"key";r=${left};t=${resetSeconds}`,
      };
      if (!isOver) return { headers };
      return {
        headers: { ...headers, 'retry-after': String(resetSeconds) },
        refusal: new InterlockError(
          'rate_limited',
          `The key has made its ${perMinute} calls of this minute. Nothing was done.`,
          {
            next: `Wait ${resetSeconds} s, and wait for changes with /events or a wait operation instead of asking again.`,
            params: { per_minute: perMinute, retry_after_seconds: resetSeconds },
            retryable: true,
          },
        ),
      };
    },
  };
}

/** Who tried keys that are not good. Finding out about a key costs a question to the database, so it is not asked for ever. */
export interface Failures {
  note(address: string): Promise<void>;
  /** Seconds until attempts of that address are looked at again; 0 where they are now. */
  blockedSeconds(address: string): Promise<number>;
}

export function createFailures(perMinute: number): Failures {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  return {
    async note(address) {
      await limiter.penalty(address);
    },
    async blockedSeconds(address) {
      const found = await limiter.get(address);
      return found && found.consumedPoints >= perMinute ? seconds(found.msBeforeNext) : 0;
    },
  };
}

async function consumed(
  limiter: RateLimiterMemory,
  key: string,
): Promise<{ readonly left: number; readonly resetSeconds: number; readonly isOver: boolean }> {
  try {
    const { remainingPoints, msBeforeNext } = await limiter.consume(key);
    return { left: remainingPoints, resetSeconds: seconds(msBeforeNext), isOver: false };
  } catch (over) {
    if (!(over instanceof RateLimiterRes)) throw over;
    return { left: 0, resetSeconds: seconds(over.msBeforeNext), isOver: true };
  }
}

function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
