import type { PGlite } from '@electric-sql/pglite';

/** `POSTGRES_MAIN_LONGJMP` of PGlite: the exit status with which an ordinary error leaves the main loop. */
const ordinaryError = 100;

/**
 * Answers a function that says what crashed PGlite, or undefined while nothing has. PGlite catches everything that its
 * WebAssembly throws, a stack overflow or a panic too, and goes on reading the same message for ever; here the message
 * counts as read, so that the call comes back, without an answer.
 */
export function watchForCrash(pglite: PGlite): () => unknown {
  const { Module: module } = pglite;
  let crash: unknown;
  const watched = (step: () => void) => () => {
    try {
      step();
    } catch (thrown) {
      if (!isOrdinary(thrown)) {
        crash ??= thrown;
        module._pq_buffer_remaining_data = () => 0;
      }
      throw thrown;
    }
  };
  module._PostgresMainLoopOnce = watched(module._PostgresMainLoopOnce);
  module._PostgresMainLongJmp = watched(module._PostgresMainLongJmp);
  return () => crash;
}

function isOrdinary(thrown: unknown): boolean {
  return (
    typeof thrown === 'object' && thrown !== null && 'status' in thrown && thrown.status === ordinaryError
  );
}
