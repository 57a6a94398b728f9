import type { Deed } from '../effects.ts';
import type { Place } from '../places.ts';
import type { ShellName } from '../shell/reading.ts';
import type { Arg, Stream } from '../shell/value.ts';
import type { OptionNotation, OptionStyle, ParsedOptions } from './options.ts';

/** How a command that another one starts differs from its starter. */
export interface Surroundings {
  /** Undefined: unchanged. Null: cannot be known. */
  readonly cwd?: string | null;
  readonly stdin?: Stream;
  /** On another machine or in a container. */
  readonly elsewhere?: boolean;
  /** `$0 $1 …` of a script. */
  readonly parameters?: readonly Arg[];
  /** The language of a script that is run; bash where nothing is said. */
  readonly shell?: ShellName;
  /** Runs in the caller's own shell, so that assignments and `cd` last (`eval`, `source`). */
  readonly sameShell?: boolean;
  /** The text comes from a file of the project, which has been reviewed: only what is certain about it counts. */
  readonly fromFile?: boolean;
}

/** What a tool is told about one call of it, and what it can do with it. */
export interface Call {
  readonly name: string;
  readonly args: readonly Arg[];
  readonly options: ParsedOptions;
  readonly stdin: Stream;
  readonly cwd: string | undefined;
  readonly home: string | undefined;
  readonly elsewhere: boolean;
  /** What it prints is taken by a pipe, a file or a variable, so that nobody sees it. */
  readonly captured: boolean;
  has(...keys: readonly string[]): boolean;
  /** The last value of an option. */
  value(...keys: readonly string[]): Arg | undefined;
  all(key: string): readonly Arg[];
  place(arg: Arg): Place;
  effect(deed: Deed): void;
  /** Evaluates a command that this one starts. */
  run(args: readonly Arg[], surroundings?: Surroundings): Stream;
  /** Evaluates shell text that this command runs. */
  script(text: Arg, surroundings?: Surroundings): Stream;
  /** What reading this file gives, and the note that it is read. */
  content(file: Arg): Stream;
  /** What this very text has put into the file; undefined where it wrote nothing there. */
  written(file: Arg): Stream | undefined;
  /** Remembers what this call put into a file, so that running or sending the file can be followed. */
  wrote(file: Arg, content: Stream): void;
  /** A small text file of the project; undefined where it is missing, too large, or not to be looked at. */
  read(path: string): string | undefined;
  readonly shell: ShellState;
}

/** The shell the call runs in, for the few builtins that change it. */
export interface ShellState {
  cwd: string | undefined;
  define(alias: string, text: string): void;
  /** True where the script at hand defined a function of that name. */
  hasFunction(name: string): boolean;
  variable(name: string): string | undefined;
  assign(name: string, value: Stream): void;
  unset(name: string): void;
}

/**
 * One command word, or one level of subcommands. Everything is optional: a tool that only has names is known to run
 * nothing and to harm nothing.
 */
export interface Tool {
  readonly options?: OptionNotation;
  readonly style?: OptionStyle;
  /** The options of this level may also stand behind the subcommand. */
  readonly optionsAnywhere?: boolean;
  readonly subcommands?: Readonly<Record<string, Tool>>;
  /** Effects of the call, and what it prints: nothing said means text that cannot be known, made of what it read. */
  readonly run?: (call: Call) => Stream | undefined;
}

/** A family of tools: command word → what is known about it. */
export type Family = Readonly<Record<string, Tool>>;

/** The same knowledge under several names. */
export function named(names: string, tool: Tool): Family {
  return Object.fromEntries(names.split(/\s+/).map(name => [name.toLowerCase(), tool]));
}
