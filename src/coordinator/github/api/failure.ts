/**
 * Why GitHub gave no answer that can be used:
 *
 * - `refused`: the token is not accepted. Asking again with the same one is of no use.
 * - `missing`: there is no such thing for whoever has this token.
 * - `forbidden`: it is there, and the token may not.
 * - `limited`: too much was asked; `waitMs` says how long to be quiet.
 * - `unavailable`: no answer came, or one that says that the server is at fault.
 * - `garbage`: what came is not what the API is described to answer.
 */
export type FailureKind = 'refused' | 'missing' | 'forbidden' | 'limited' | 'unavailable' | 'garbage';

/** One request to GitHub that failed. Whoever asked makes of it a state that people see; no caller of ours is given it. */
export class ApiFailure extends Error {
  readonly kind: FailureKind;
  /** How long nothing may be asked, in milliseconds; only where GitHub said so. */
  readonly waitMs: number | undefined;

  constructor(kind: FailureKind, message: string, waitMs?: number) {
    super(message);
    this.name = 'ApiFailure';
    this.kind = kind;
    this.waitMs = waitMs;
  }
}

/** What a failed answer says. */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  /** GitHub's own words. */
  readonly said: string;
}

/** Where GitHub does not say how long to wait after a secondary limit: at least a minute, by its documentation. */
const secondaryWaitMs = 60_000;
/** No wait that a header asks for is believed beyond this. The primary limit is by the hour. */
const longestWaitMs = 3_600_000;

/** What an answer with a status of failure means. */
export function failureOf({ status, headers, said }: FailedAnswer): ApiFailure {
  const words = `GitHub answered ${status}${said === '' ? '' : `: ${said.slice(0, 300)}`}`;
  if (status === 401) return new ApiFailure('refused', words);
  if (status === 403 || status === 429) {
    const waitMs = waitOf(headers, said);
    if (waitMs !== undefined) return new ApiFailure('limited', words, waitMs);
    return status === 429
      ? new ApiFailure('limited', words, secondaryWaitMs)
      : new ApiFailure('forbidden', words);
  }
  if (status === 404 || status === 410 || status === 451) return new ApiFailure('missing', words);
  return new ApiFailure(status >= 500 ? 'unavailable' : 'forbidden', words);
}

/** How long the headers ask to be left alone, in milliseconds; undefined where no limit is met. */
function waitOf(headers: FailedAnswer['headers'], said: string): number | undefined {
  const after = Number(headers['retry-after']);
  if (after > 0) return Math.min(after * 1000, longestWaitMs);
  if (headers['x-ratelimit-remaining'] === '0') return untilReset(headers);
  return /secondary rate limit|abuse detection/i.test(said) ? secondaryWaitMs : undefined;
}

/** How long until the quota is full again, by GitHub's own clock, in milliseconds. */
export function untilReset(headers: FailedAnswer['headers']): number {
  const reset = Number(headers['x-ratelimit-reset']) * 1000;
  const now = Date.parse(String(headers.date));
  const waitMs = reset - now;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 1000), longestWaitMs) : secondaryWaitMs;
}
