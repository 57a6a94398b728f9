/** Something that runs by itself until it is closed. */
export interface Periodic {
  /** Waits for a run that is under way. */
  close(): Promise<void>;
}

/** Runs the work at once, and then again and again; a run that is not done yet takes the place of the next one. */
export function repeat(
  work: () => Promise<unknown>,
  everyMs: number,
  onError: (error: unknown) => void,
): Periodic {
  let running: Promise<unknown> | undefined;
  const run = () => {
    running ??= work()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  };
  run();
  const timer = setInterval(run, everyMs);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
