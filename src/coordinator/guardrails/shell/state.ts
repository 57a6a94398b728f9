import type { Script } from './script.ts';
import { type Arg, type Stream, unknownStream } from './value.ts';

/** A variable after an `if` may hold one of several values; each of them is followed. */
export type Value = readonly Stream[];

const maximumAlternatives = 6;

/** A script that sets more names than this is treated as if it set the further ones to something unknown. */
const maximumNames = 256;

/** A map that is only copied when one of its holders writes to it: most subshells and pipelines never do. */
export class Names<T> {
  private entries: Map<string, T>;
  private shared: boolean;

  constructor(from?: Names<T>) {
    this.entries = from?.entries ?? new Map();
    this.shared = from !== undefined;
    if (from !== undefined) from.shared = true;
  }

  get(name: string): T | undefined {
    return this.entries.get(name);
  }

  set(name: string, value: T): void {
    if (this.entries.size >= maximumNames && !this.entries.has(name)) return;
    this.own();
    this.entries.set(name, value);
  }

  delete(name: string): void {
    if (!this.entries.has(name)) return;
    this.own();
    this.entries.delete(name);
  }

  /** Every entry that differs from what `other` holds. */
  *changes(other: Names<T>): Generator<[string, T]> {
    if (this.entries === other.entries) return;
    for (const [name, value] of this.entries) if (other.entries.get(name) !== value) yield [name, value];
  }

  private own(): void {
    if (!this.shared) return;
    this.entries = new Map(this.entries);
    this.shared = false;
  }
}

/** What one shell knows at one point of its script. Subshells work on a copy. */
export class State {
  cwd: string | undefined;
  readonly variables: Names<Value>;
  readonly functions: Names<Script>;
  readonly aliases: Names<string>;
  parameters: readonly Arg[];

  constructor(cwd: string | undefined, from?: State) {
    this.cwd = cwd;
    this.variables = new Names(from?.variables);
    this.functions = new Names(from?.functions);
    this.aliases = new Names(from?.aliases);
    this.parameters = from?.parameters ?? [];
  }

  copy(): State {
    return new State(this.cwd, this);
  }

  set(name: string, value: Value): void {
    this.variables.set(name, value.length > maximumAlternatives ? [unknownStream()] : value);
  }

  /** Takes over what may have happened in any of these branches; before, `this` is what holds where none of them ran. */
  join(branches: readonly State[]): void {
    for (const branch of branches) {
      for (const [name, value] of branch.variables.changes(this.variables)) {
        const alternatives = [...(this.variables.get(name) ?? []), ...value];
        this.set(name, [...new Map(alternatives.map(stream => [stream.text, stream])).values()]);
      }
      for (const [name, body] of branch.functions.changes(this.functions)) this.functions.set(name, body);
      for (const [name, body] of branch.aliases.changes(this.aliases)) this.aliases.set(name, body);
      if (branch.cwd !== this.cwd) this.cwd = branch.cwd;
    }
  }
}
