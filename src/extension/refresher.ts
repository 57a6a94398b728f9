import type { Disposable } from './signal.ts';

/** Reads parts of a state again after they changed: changes that come together lead to one reading. */
export interface Refresher<Part> extends Disposable {
  /** Has the parts read soon. A part that changes while it is read is read once more. */
  mark(...parts: readonly Part[]): void;
  /** Resolves when everything that was marked so far has been read. */
  settled(): Promise<void>;
}

/** Long enough to take the events of one act together, short enough that nobody notices, in milliseconds. */
const gatherMs = 40;

/** @param read never rejects: what goes wrong is part of what it learns */
export function createRefresher<Part>(read: (part: Part) => Promise<void>): Refresher<Part> {
  let dirty = new Set<Part>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isDisposed = false;

  async function readDirty(): Promise<void> {
    while (dirty.size > 0 && !isDisposed) {
      const parts = dirty;
      dirty = new Set();
      await Promise.all([...parts].map(read));
    }
  }

  function begin(): void {
    timer = undefined;
    running = running.then(readDirty);
  }

  return {
    mark(...parts) {
      for (const part of parts) dirty.add(part);
      timer ??= setTimeout(begin, gatherMs);
    },
    async settled() {
      if (timer !== undefined) {
        clearTimeout(timer);
        begin();
      }
      await running;
    },
    dispose() {
      isDisposed = true;
      clearTimeout(timer);
    },
  };
}
