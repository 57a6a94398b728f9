/** Counts what happens often, and writes it down now and then, so that a call does not cost a write. */
export interface Batch {
  note(key: string): void;
  /** Writes down what was noted since the last time. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface BatchOptions {
  readonly write: (counts: ReadonlyMap<string, number>) => Promise<unknown>;
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

export function createBatch({ write, everyMs, onError }: BatchOptions): Batch {
  let counts = new Map<string, number>();
  const flush = async (): Promise<void> => {
    if (counts.size === 0) return;
    const noted = counts;
    counts = new Map();
    await write(noted);
  };
  const timer = setInterval(() => {
    flush().catch(onError);
  }, everyMs);
  timer.unref();
  return {
    note: key => counts.set(key, (counts.get(key) ?? 0) + 1),
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
