import type { Deed } from '../effects.ts';
import type { Place } from '../places.ts';
import type { Tool } from '../tools/tool.ts';
import type { Reader, ShellName } from './reading.ts';
import type { Script } from './script.ts';
import type { State } from './state.ts';
import type { Arg, Stream } from './value.ts';

/** What an evaluation needs from outside. All of it is synchronous and bounded. */
export interface Ground {
  readonly home: string | undefined;
  /** Where the agent works. */
  readonly workspace: string | undefined;
  readonly parse: Reader;
  tool(name: string, shell: ShellName): Tool | undefined;
  /** A small text file; undefined where it is missing, too large, or not to be looked at. */
  read(path: string): string | undefined;
}

/** One command as it would run. */
export interface Command {
  readonly words: readonly string[];
  /** As written, at most 200 characters. */
  readonly by: string;
}

/** Where a command stands while it is being followed. */
export interface Standing {
  readonly state: State;
  readonly stdin: Stream;
  readonly elsewhere: boolean;
  readonly depth: number;
  /** The bodies of the functions (and the texts of the aliases) that are being called, outermost first. */
  readonly calls: readonly (Script | string)[];
  /** Inside a pipeline or in the background, next to whatever called it. */
  readonly beside: boolean;
  /** Inside a file of the project, where only what is certain counts. */
  readonly fromFile: boolean;
  /** Nobody sees what it prints: a pipe, a file or a variable takes it. */
  readonly captured: boolean;
  /** Found behind a program that nobody here knows. */
  readonly guessed: boolean;
  /** The language of the script being followed. */
  readonly shell: ShellName;
}

/** What following a command needs of the evaluation around it. */
export interface Follower {
  readonly ground: Ground;
  /** What this very text wrote to files, by their paths. */
  readonly written: Map<string, Stream>;
  emit(deed: Deed, by: string, at: Standing): void;
  place(arg: Arg, at: Standing): Place;
  text(text: Stream, by: string, at: Standing): Stream;
  command(args: readonly Arg[], source: string, at: Standing): Stream;
  fileContent(arg: Arg, at: Standing): Stream;
}
