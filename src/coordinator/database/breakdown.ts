import { unavailable } from './errors.ts';
import type { DatabaseEvent } from './port.ts';

/**
 * For an engine that lives in this process and can crash without ending it. Once it has, its memory is not to be
 * trusted: nothing may run on it again, and whoever waits for it must be told, since it would never answer.
 */
export interface Breakdown {
  /** Runs a call to the engine; it is refused where the engine has broken down, and rejected when it does meanwhile. */
  guard<T>(call: () => Promise<T>): Promise<T>;
  /** To be called from within a guarded call that saw the engine break. It never returns, so that nothing goes on there. */
  happened(cause: unknown): Promise<never>;
  readonly hasHappened: boolean;
}

export function createBreakdown(report: (event: DatabaseEvent) => void): Breakdown {
  const waiting = new Set<(reason: Error) => void>();
  let reason: Error | undefined;
  return {
    get hasHappened() {
      return reason !== undefined;
    },
    guard(call) {
      if (reason !== undefined) return Promise.reject(reason);
      return new Promise((resolve, reject) => {
        waiting.add(reject);
        call()
          .then(resolve, reject)
          .finally(() => waiting.delete(reject));
      });
    },
    happened(cause) {
      reason ??= unavailable(
        'The embedded database has crashed; a new coordinator has to open it again.',
        cause,
      );
      for (const reject of waiting) reject(reason);
      waiting.clear();
      report({ kind: 'store_broken', cause });
      return new Promise(() => undefined);
    },
  };
}
