import { InterlockError } from '../kernel/errors.ts';
import { type Reached, type ReachOptions, reach } from './reach.ts';

/** The one coordinator that several requests share, and the one search for the next one. */
export interface Link {
  /**
   * The coordinator in force, found or started where there is none.
   * @throws InterlockError `deadline_exceeded`, `cancelled`, or the reason why there is no coordinator
   */
  reached(limits: Limits): Promise<Reached>;
  /**
   * The coordinator at that address has gone, or is going. Requests that it still works on are left to it.
   */
  drop(address: string): void;
  close(): void;
}

interface Limits {
  /** By `performance.now()`; absent: as long as finding a coordinator may take. */
  readonly until?: number;
  readonly signal?: AbortSignal;
}

export function createLink(options: ReachOptions): Link {
  const closing = new AbortController();
  let current: Reached | undefined;
  let search: Promise<Reached> | undefined;

  async function find(): Promise<Reached> {
    try {
      current = await reach({ ...options, signal: closing.signal });
      return current;
    } finally {
      search = undefined;
    }
  }

  return {
    async reached(limits) {
      if (current) return current;
      search ??= find();
      return within(search, limits);
    },
    drop(address) {
      // Another request may have found the next one already.
      if (current?.address === address) current = undefined;
    },
    close() {
      closing.abort();
      current?.agent.destroy();
      current = undefined;
    },
  };
}

/** Waits no longer than one caller can; the search goes on for the others. */
function within<Result>(result: Promise<Result>, { until, signal }: Limits): Promise<Result> {
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(
        new InterlockError('deadline_exceeded', 'No coordinator was ready in time.', { retryable: true }),
      );
    const abort = () => reject(new InterlockError('cancelled', 'The request was cancelled by the caller.'));
    if (signal?.aborted) return abort();
    const timer = until === undefined ? undefined : setTimeout(late, Math.max(0, until - performance.now()));
    signal?.addEventListener('abort', abort, { once: true });
    const settle = (conclude: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      conclude();
    };
    result.then(
      value => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
