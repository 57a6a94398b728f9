import { baseName } from '../places.ts';
import { parseOptions } from '../tools/options.ts';
import type { Call, Surroundings, Tool } from '../tools/tool.ts';
import { handedOut, namedFor, sqlGiven, takenAway } from '../tools/unlisted.ts';
import type { Follower, Standing } from './standing.ts';
import { type Arg, isKnown, joinOrigins, nothing, type Stream, unknown, unknownStream } from './value.ts';

/** Behind an unknown program, only so many places are tried for a command that it may start. */
const maximumGuesses = 8;

/** Follows a command by what is known about the tool it names. */
export function callTool(evaluation: Follower, args: readonly Arg[], source: string, at: Standing): Stream {
  const [program, ...rest] = args;
  if (program === undefined) return nothing;
  const name = programName(program.text);
  const tool = name === '' ? undefined : evaluation.ground.tool(name, at.shell);
  if (tool !== undefined) return invoke(evaluation, tool, name, rest, source, at);
  if (name === '') return unknownProgram(evaluation, program, rest, source, at);
  const script = evaluation.written.get(evaluation.place(program, at).absolute ?? '');
  if (script !== undefined && /[/\\]/.test(program.text))
    return invoke(evaluation, evaluation.ground.tool('bash', 'bash') ?? {}, 'bash', args, source, at);
  lookBehind(evaluation, rest, source, at);
  readUnlisted(evaluation, name, rest, source, at);
  return unknownStream(joinOrigins(at.stdin.origins, [{ kind: 'program', name }]));
}

/** A program nobody described still says something by its words. */
function readUnlisted(
  evaluation: Follower,
  name: string,
  args: readonly Arg[],
  source: string,
  at: Standing,
): void {
  const guessed: Standing = { ...at, guessed: true };
  const said = namedFor(name) ?? takenAway(name, args) ?? handedOut(name, args);
  const texts = args.map(arg => arg.text).filter(text => /\s/.test(text));
  if (isKnown(at.stdin.text)) texts.push(at.stdin.text);
  for (const deed of [...(said === undefined ? [] : [said]), ...sqlGiven(texts)])
    evaluation.emit(deed, source, guessed);
}

/** `/usr/bin/Git.exe` → `git`; empty where even that much cannot be known. */
function programName(text: string): string {
  const base = baseName(text.trim());
  return isKnown(base) ? base.toLowerCase().replace(/\.(?:exe|cmd|bat|com)$/, '') : '';
}

/**
 * `$RM -rf /` and `$SUDO rm -rf /`: the variable's own name is a good guess at what it holds, and an unset one
 * leaves the rest of the line as the command.
 */
const programsByVariable: Readonly<Record<string, string>> = {
  npm_execpath: 'npm',
  npm_node_execpath: 'node',
  node_bin: 'node',
  editor: 'vi',
  visual: 'vi',
  pager: 'less',
  browser: 'open',
  cxx: 'c++',
};

function unknownProgram(
  evaluation: Follower,
  program: Arg,
  rest: readonly Arg[],
  source: string,
  at: Standing,
): Stream {
  // A directory cannot run.
  if (/^[/\\]+$/.test(program.text)) return nothing;
  let followed = false;
  for (const origin of program.origins) {
    if (origin.kind !== 'variable') continue;
    const guess =
      programsByVariable[origin.name.toLowerCase()] ??
      origin.name.toLowerCase().replace(/_(?:cmd|command|bin|exe|path|binary)$/, '');
    // `$CMD` says nothing about what it holds.
    const tool = guess === 'cmd' ? undefined : toolOfVariable(evaluation, guess, origin.name, at);
    if (tool === undefined) continue;
    followed = true;
    invoke(evaluation, tool, guess, rest, source, at);
  }
  const [next] = rest;
  if (
    program.text === unknown &&
    next !== undefined &&
    evaluation.ground.tool(programName(next.text), at.shell) !== undefined
  ) {
    evaluation.command(rest, source, at);
  }
  if (!followed) {
    evaluation.emit({ kind: 'opaque', reason: 'which program runs is only known when it runs' }, source, at);
  }
  return unknownStream(joinOrigins(at.stdin.origins, program.origins));
}

/** `$PYTHON_FOR_BUILD`, `$INSTALL_DATA`: makefiles say what a variable holds, and then what for. */
function toolOfVariable(
  evaluation: Follower,
  guess: string,
  variable: string,
  at: Standing,
): Tool | undefined {
  const tool = evaluation.ground.tool(guess, at.shell);
  if (tool !== undefined || !/^[A-Z]+_[A-Z_]+$/.test(variable)) return tool;
  return evaluation.ground.tool(guess.replace(/_.*/, ''), at.shell);
}

/** Programs that are called like things: as an argument of something unknown, the thing is meant. */
const ordinaryWords = new Set(
  (
    'age alter at batch bless convex copilot corepack delete drop exec expo fetch firebase fly format gc grant host history http init install link lt mail migrate now ' +
    'op ops pass passwd pod port read record render salt script security serve service setup.py sql stack stripe surge task test time trash truncate update users watch yarn'
  ).split(' '),
);

/** An unknown program may start what stands behind it. Only what would be worth asking about comes of it. */
function lookBehind(evaluation: Follower, rest: readonly Arg[], source: string, at: Standing): void {
  const guessed: Standing = { ...at, state: at.state.copy(), guessed: true };
  let guesses = 0;
  for (let i = 0; i < rest.length && guesses < maximumGuesses; i++) {
    const arg = rest[i];
    if (arg === undefined || arg.text.startsWith('-')) continue;
    guesses++;
    const name = programName(arg.text);
    const tool = name === '' || ordinaryWords.has(name) ? undefined : evaluation.ground.tool(name, at.shell);
    if (tool?.run === undefined && tool?.subcommands === undefined) continue;
    invoke(evaluation, tool, name, rest.slice(i + 1), source, guessed);
    return;
  }
}

function invoke(
  evaluation: Follower,
  tool: Tool,
  name: string,
  args: readonly Arg[],
  source: string,
  at: Standing,
): Stream {
  let level = tool;
  let remaining = args;
  let notation = tool.options ?? '';
  let path = name;
  const inherited = new Map<string, readonly (Arg | undefined)[]>();
  while (level.subcommands !== undefined) {
    const parsed = parseOptions(remaining, notation, { ...level.style, stopAtOperand: true });
    const [word, ...after] = parsed.operands;
    const child = word === undefined ? undefined : childOf(level.subcommands, word.text);
    if (child === undefined || word === undefined) break;
    for (const [key, values] of parsed.values) inherited.set(key, values);
    notation = level.optionsAnywhere === true ? `${notation} ${child.options ?? ''}` : (child.options ?? '');
    path += ` ${word.text.toLowerCase()}`;
    level = { ...child, style: child.style ?? level.style ?? {} };
    remaining = after;
  }
  const { run } = level;
  const origins = joinOrigins(at.stdin.origins, [{ kind: 'program', name }]);
  if (run === undefined) return unknownStream(origins);
  const options = parseOptions(remaining, notation, level.style);
  const values = new Map([...inherited, ...options.values]);
  const call = makeCall(evaluation, path, remaining, { ...options, values }, source, at);
  return run(call) ?? unknownStream(origins);
}

function childOf(subcommands: Readonly<Record<string, Tool>>, word: string): Tool | undefined {
  const name = word.toLowerCase();
  return Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
}

function makeCall(
  evaluation: Follower,
  name: string,
  args: readonly Arg[],
  options: Call['options'],
  source: string,
  at: Standing,
): Call {
  const { state } = at;
  return {
    name,
    args,
    options,
    stdin: at.stdin,
    cwd: state.cwd,
    home: at.elsewhere ? undefined : evaluation.ground.home,
    elsewhere: at.elsewhere,
    captured: at.captured,
    has: (...keys) => keys.some(key => options.values.has(key)),
    value: (...keys) => {
      for (const key of keys) {
        const value = options.values.get(key)?.findLast(candidate => candidate !== undefined);
        if (value !== undefined) return value;
      }
      return undefined;
    },
    all: key => (options.values.get(key) ?? []).filter(value => value !== undefined),
    place: arg => evaluation.place(arg, at),
    effect: deed => evaluation.emit(deed, source, at),
    run: (inner, surroundings = {}) => evaluation.command(inner, source, moved(at, surroundings)),
    script: (text, surroundings = {}) =>
      evaluation.text(text, source, moved(at, { shell: 'bash', ...surroundings })),
    content: arg => evaluation.fileContent(arg, at),
    written: arg => evaluation.written.get(evaluation.place(arg, at).absolute ?? ''),
    wrote: (arg, stream) => {
      const { absolute } = evaluation.place(arg, at);
      if (absolute !== undefined) evaluation.written.set(absolute, stream);
    },
    read: path => (at.elsewhere ? undefined : evaluation.ground.read(path)),
    shell: {
      get cwd() {
        return state.cwd;
      },
      set cwd(directory) {
        state.cwd = directory;
      },
      define: (alias, text) => state.aliases.set(alias, text),
      hasFunction: candidate => state.functions.get(candidate) !== undefined,
      variable: variable => state.variables.get(variable)?.[0]?.text,
      assign: (variable, value) => state.set(variable, [value]),
      unset: variable => {
        state.variables.delete(variable);
        state.functions.delete(variable);
      },
    },
  };
}

function moved(at: Standing, to: Surroundings): Standing {
  const elsewhere = at.elsewhere || to.elsewhere === true;
  const state = to.sameShell === true ? at.state : at.state.copy();
  if (to.cwd !== undefined) state.cwd = to.cwd ?? undefined;
  else if (elsewhere && !at.elsewhere) state.cwd = undefined;
  if (to.parameters !== undefined) state.parameters = to.parameters;
  return {
    ...at,
    state,
    stdin: to.stdin ?? at.stdin,
    elsewhere,
    depth: at.depth + 1,
    shell: to.shell ?? at.shell,
    fromFile: at.fromFile || to.fromFile === true,
  };
}
