/** Something that does not work as it should although calls are answered: whoever looks after the project should know. */
export interface Trouble {
  /** What is affected, in one word for programs: `policies`, `events`. */
  readonly what: string;
  readonly message: string;
  /** What a person can do about it. */
  readonly next: string;
  readonly since: Date;
}

/** What does not work at the moment. A trouble is raised and cleared by whoever meets it; nobody is told twice. */
export interface Troubles {
  raise(what: string, trouble: Pick<Trouble, 'message' | 'next'>): void;
  clear(what: string): void;
  list(): readonly Trouble[];
  /** Calls the listener whenever one comes, changes or goes. */
  onChange(listener: (what: string) => void): void;
}

/** Told to whoever watches this coordinator, and to no other: troubles are its own. */
export const troublesChanged = 'troubles.changed';

export function createTroubles(): Troubles {
  const current = new Map<string, Trouble>();
  const listeners: ((what: string) => void)[] = [];
  const tell = (what: string) => {
    for (const listener of listeners) listener(what);
  };
  return {
    raise(what, { message, next }) {
      const known = current.get(what);
      if (known?.message === message) return;
      current.set(what, { what, message, next, since: known?.since ?? new Date() });
      tell(what);
    },
    clear(what) {
      if (current.delete(what)) tell(what);
    },
    list: () => [...current.values()],
    onChange: listener => void listeners.push(listener),
  };
}
