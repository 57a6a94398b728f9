/** Something that does not work as it should although calls are answered: whoever looks after the project should know. */
export interface Trouble {
  /** What is affected, in one word for programs: `policies`, `events`. */
  readonly what: string;
  readonly message: string;
  readonly since: Date;
}

/** What does not work at the moment. A trouble is raised and cleared by whoever meets it; nobody is told twice. */
export interface Troubles {
  raise(what: string, message: string): void;
  clear(what: string): void;
  list(): readonly Trouble[];
}

export function createTroubles(): Troubles {
  const current = new Map<string, Trouble>();
  return {
    raise(what, message) {
      current.set(what, { what, message, since: current.get(what)?.since ?? new Date() });
    },
    clear: what => void current.delete(what),
    list: () => [...current.values()],
  };
}
