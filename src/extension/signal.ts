/** Something to be disposed; the editor's own shape of it. */
export interface Disposable {
  dispose(): void;
}

/** Tells listeners that something happened. The editor's EventEmitter without the editor, so that what uses it can be tested alone. */
export interface Signal<Value> {
  fire(value: Value): void;
  /** Calls the listener for every value until the returned thing is disposed. */
  on(listener: (value: Value) => void): Disposable;
}

export function createSignal<Value = void>(): Signal<Value> {
  const listeners = new Set<(value: Value) => void>();
  return {
    fire(value) {
      for (const listener of [...listeners]) listener(value);
    },
    on(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}
