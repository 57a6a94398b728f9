import type { Coordinator } from '../coordinator/client.ts';
import { InterlockError, reportOf } from '../coordinator/kernel/errors.ts';
import { createSignal, type Disposable } from './signal.ts';

export type ConnectionState =
  | { readonly is: 'starting' }
  | { readonly is: 'open'; readonly coordinator: Coordinator }
  | { readonly is: 'failed'; readonly error: InterlockError };

/** The way to the coordinator. Once open it finds the next owner by itself; until then it tries again where that makes sense. */
export interface Connection extends Disposable {
  readonly state: ConnectionState;
  onChange(listener: (state: ConnectionState) => void): Disposable;
  /** Begins anew, with what is configured now. */
  reconnect(): void;
}

/** How long the first and the longest wait before another attempt is, in milliseconds. */
const shortestWaitMs = 1_000;
const longestWaitMs = 30_000;

/** @param open connects, or starts a coordinator; called again for each attempt */
export function createConnection(open: (signal: AbortSignal) => Promise<Coordinator>): Connection {
  const changed = createSignal<ConnectionState>();
  let state: ConnectionState = { is: 'starting' };
  let attempt = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  function become(next: ConnectionState): void {
    state = next;
    changed.fire(next);
  }

  function leave(): void {
    clearTimeout(timer);
    attempt.abort();
    if (state.is === 'open') state.coordinator.close();
  }

  async function begin(waitMs: number): Promise<void> {
    attempt = new AbortController();
    const { signal } = attempt;
    try {
      const coordinator = await open(signal);
      if (signal.aborted) coordinator.close();
      else become({ is: 'open', coordinator });
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asInterlockError(thrown);
      become({ is: 'failed', error });
      if (error.retryable) timer = setTimeout(() => void begin(Math.min(waitMs * 2, longestWaitMs)), waitMs);
    }
  }

  void begin(shortestWaitMs);
  return {
    get state() {
      return state;
    },
    onChange: changed.on,
    reconnect() {
      leave();
      become({ is: 'starting' });
      void begin(shortestWaitMs);
    },
    dispose: leave,
  };
}

/** A defect of ours on the way, said in the words of the one error. */
export function asInterlockError(thrown: unknown): InterlockError {
  if (thrown instanceof InterlockError) return thrown;
  const { code, message, next } = reportOf(thrown);
  return new InterlockError(code, message, { next, cause: thrown });
}
