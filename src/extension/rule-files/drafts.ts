import type { Memento } from 'vscode';

/** A text that was saved without being put in force: the editor saves by itself, and a reason is asked for by hand. */
export interface Draft {
  readonly text: string;
  /** The version that it was made from. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Drafts by the file's address; they outlast the window. */
export interface Drafts {
  get(address: string): Draft | undefined;
  put(address: string, draft: Draft): Promise<void>;
  drop(address: string): Promise<void>;
}

const memento = 'ruleDrafts';

export function createDrafts(storage: Memento): Drafts {
  let all = storage.get<Readonly<Record<string, Draft>>>(memento, {});
  async function keep(next: Readonly<Record<string, Draft>>): Promise<void> {
    all = next;
    await storage.update(memento, next);
  }
  return {
    get: address => all[address],
    put: (address, draft) => keep({ ...all, [address]: draft }),
    drop: address => keep(Object.fromEntries(Object.entries(all).filter(([other]) => other !== address))),
  };
}
