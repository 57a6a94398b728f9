import type { Deed, Effect } from '../effects.ts';
import { type Place, placeOf } from '../places.ts';
import { assignmentDeed } from './assigned.ts';
import { callTool } from './call.ts';
import { type Expander, expandText, expandWords, patternMatch } from './expand.ts';
import type { ShellName } from './reading.ts';
import { appendWords, literal, type Redirect, type Script, type Statement, takesOutput } from './script.ts';
import type { Command, Follower, Ground, Standing } from './standing.ts';
import { State } from './state.ts';
import {
  type Arg,
  alternative,
  boundedText,
  joinOrigins,
  joinStreams,
  nothing,
  readable,
  type Stream,
  unknownStream,
} from './value.ts';

/** Commands that start commands that start commands: more than this is not written by hand. */
const maximumDepth = 100;
const maximumLoopRounds = 16;
const maximumMatchedText = 200;
/** A script that does more things than this asks; nobody could read the list. */
const maximumEffects = 1_000;

/**
 * Follows a script and writes down what it would do. Both sides of every condition are followed, loops are followed once
 * for each value that is known, and nothing is ever run.
 */
export class Evaluation implements Follower {
  readonly ground: Ground;
  readonly effects: Effect[] = [];
  /** Every command that was followed, arguments resolved as far as they can be: rules of a project may name shapes. */
  readonly commands: Command[] = [];
  /** What this text itself wrote to files, so that running them afterwards can be followed. */
  readonly written = new Map<string, Stream>();
  broken = false;
  private steps: number;
  private exhausted = false;

  constructor(ground: Ground, size: number) {
    this.ground = ground;
    this.steps = 4_000 + 4 * size;
  }

  start(text: string, shell: ShellName, cwd: string | undefined): void {
    const standing: Standing = {
      state: new State(cwd),
      stdin: nothing,
      elsewhere: false,
      depth: 0,
      calls: [],
      beside: false,
      fromFile: false,
      captured: false,
      guessed: false,
      shell,
    };
    this.text({ text, origins: [] }, text, standing);
  }

  /** Every step costs; a script that runs out is not followed to its end, and asks. Keeps the whole linear in the text. */
  private spend(cost: number, source: string, at: Standing): boolean {
    if (this.exhausted) return false;
    this.steps -= cost;
    if (this.steps >= 0 && this.effects.length < maximumEffects) return true;
    this.exhausted = true;
    this.emit({ kind: 'opaque', reason: 'the script does too much to be followed to its end' }, source, at);
    return false;
  }

  emit(deed: Deed, by: string, at: Standing): void {
    if (at.fromFile && (deed.kind === 'opaque' || ('path' in deed && deed.path.area === 'unknown'))) return;
    if (this.effects.length > maximumEffects) return;
    this.effects.push({
      ...deed,
      by: readable(by).slice(0, maximumMatchedText),
      elsewhere: at.elsewhere,
      guessed: at.guessed,
    });
  }

  place(arg: Arg, at: Standing): Place {
    // PowerShell takes both slashes on every system.
    const slashes = at.shell === 'powershell' && !/^[A-Za-z]:|^\\\\/.test(arg.text);
    return placeOf(
      slashes ? arg.text.replaceAll('\\', '/') : arg.text,
      {
        cwd: at.state.cwd,
        home: at.elsewhere ? undefined : this.ground.home,
        workspace: at.elsewhere ? undefined : this.ground.workspace,
        elsewhere: at.elsewhere,
      },
      { pattern: arg.pattern },
    );
  }

  /** Shell text that a command runs. Text that cannot be known is an effect of its own. */
  text(text: Stream, by: string, at: Standing): Stream {
    if (text.text.trim() === '') return nothing;
    if (at.depth >= maximumDepth) {
      this.emit(tooDeep, by, at);
      return unknownStream();
    }
    const script = this.ground.parse(text.text, at.shell);
    if (script.unread === true) this.emit(unread, by, at);
    this.broken ||= script.broken && !at.fromFile;
    return this.script(script, { ...at, depth: at.depth + 1 });
  }

  script(script: Script, at: Standing): Stream {
    const outputs: Stream[] = [];
    for (const statement of script.statements) {
      const output = this.statement(statement, at);
      if (output.text !== '' || output.origins.length > 0) outputs.push(output);
    }
    return joinStreams(outputs);
  }

  private statement(statement: Statement, at: Standing): Stream {
    if (!this.spend(1, statement.source, at)) return unknownStream();
    const where = statement.background ? { ...at, state: at.state.copy(), beside: true } : at;
    switch (statement.kind) {
      case 'command':
        return this.simpleCommand(statement, where);
      case 'pipeline': {
        let stdin = where.stdin;
        for (const [index, stage] of statement.stages.entries()) {
          const captured = where.captured || index < statement.stages.length - 1;
          stdin = this.statement(stage, {
            ...where,
            state: where.state.copy(),
            stdin,
            beside: true,
            captured,
          });
        }
        return stdin;
      }
      case 'group':
        return this.script(
          statement.body,
          statement.isolated ? { ...where, state: where.state.copy() } : where,
        );
      case 'redirected': {
        const stdin = this.stdin(statement.redirects, where);
        const captured = where.captured || takesOutput(statement.redirects);
        const output = this.statement(statement.body, { ...where, stdin, captured });
        return this.redirectOutput(statement.redirects, output, statement.source, where);
      }
      case 'choice': {
        const branches = statement.arms.map(() => where.state.copy());
        const outputs = statement.arms.map((arm, index) =>
          this.script(arm, { ...where, state: branches[index] ?? where.state }),
        );
        where.state.join(branches);
        return outputs.length === 1 ? (outputs[0] ?? nothing) : alternative(outputs);
      }
      case 'loop':
        return this.loop(statement, where);
      case 'function':
        where.state.functions.set(statement.name, statement.body);
        return nothing;
      case 'words':
        expandWords(statement.words, this.expander(where));
        return nothing;
    }
  }

  private loop(loop: Extract<Statement, { kind: 'loop' }>, at: Standing): Stream {
    if (loop.variable === undefined) return this.script(loop.body, at);
    const values = expandWords(loop.values, this.expander(at)).flat();
    const rounds = values.length > maximumLoopRounds || values.length === 0 ? [unknownArg()] : values;
    const outputs: Stream[] = [];
    for (const value of rounds) {
      at.state.set(loop.variable, [
        { ...value, text: value.pattern ? patternMatch(value.text) : value.text },
      ]);
      outputs.push(this.script(loop.body, at));
    }
    return joinStreams(outputs);
  }

  private expander(at: Standing): Expander {
    return {
      state: at.state,
      home: this.ground.home,
      substitute: script =>
        this.script(script, { ...at, state: at.state.copy(), stdin: nothing, captured: true }),
      process: (script, direction) => {
        const output = this.script(script, {
          ...at,
          state: at.state.copy(),
          stdin: direction === 'out' ? unknownStream(at.stdin.origins) : nothing,
          captured: true,
        });
        return direction === 'in' ? output : nothing;
      },
    };
  }

  private simpleCommand(command: Extract<Statement, { kind: 'command' }>, at: Standing): Stream {
    const expander = this.expander(at);
    const local = command.words.length > 0 && command.assignments.length > 0;
    // `X=1 cmd` sets X for cmd alone, but expands the words of cmd before; kept for both, which is the careful reading.
    const state = local ? at.state.copy() : at.state;
    const where = local ? { ...at, state } : at;
    for (const { name, value, append } of command.assignments) {
      const values = expandText(value, expander);
      const before = append ? (state.variables.get(name)?.[0]?.text ?? '') : '';
      state.set(
        name,
        values.map(stream => ({ ...stream, text: boundedText([before, stream.text]) })),
      );
    }
    for (const { name } of command.assignments) {
      const deed = assignmentDeed(name, state.variables.get(name)?.[0]?.text ?? '');
      if (deed !== undefined) this.emit(deed, command.source, where);
      if (!runsItsValue.test(name)) continue;
      for (const value of state.variables.get(name) ?? []) this.text(value, command.source, where);
    }
    const stdin = this.stdin(command.redirects, where);
    const captured = where.captured || takesOutput(command.redirects);
    let output: Stream = nothing;
    if (command.words.length > 0) {
      const outputs = expandWords(command.words, { ...expander, state }).map(args =>
        this.command(args, command.source, { ...where, stdin, captured }),
      );
      output = alternative(outputs);
      if (local) at.state.cwd = state.cwd;
    }
    return this.redirectOutput(command.redirects, output, command.source, where);
  }

  /** Follows one command whose arguments are known as far as they can be. */
  command(args: readonly Arg[], source: string, at: Standing): Stream {
    if (!this.spend(1 + args.length, source, at)) return unknownStream();
    const [name, ...rest] = args;
    if (name === undefined) return nothing;
    if (at.depth >= maximumDepth) {
      this.emit(tooDeep, source, at);
      return unknownStream();
    }
    if (this.commands.length < maximumEffects)
      this.commands.push({
        words: args.map(arg => arg.text),
        by: readable(source).slice(0, maximumMatchedText),
      });
    const alias = at.state.aliases.get(name.text);
    if (alias !== undefined && !at.calls.includes(alias)) {
      const script = this.ground.parse(alias, at.shell);
      const words = rest.map(arg => literal(arg.text));
      const calls = [...at.calls, alias];
      return this.script(appendWords(script, words), { ...at, calls, depth: at.depth + 1 });
    }
    const body = at.state.functions.get(at.shell === 'powershell' ? name.text.toLowerCase() : name.text);
    if (body !== undefined) return this.callFunction(body, args, source, at);
    return callTool(this, args, source, at);
  }

  private callFunction(body: Script, args: readonly Arg[], source: string, at: Standing): Stream {
    if (at.calls.includes(body)) {
      // A function that starts itself again beside itself fills the machine; one that merely recurses ends by itself.
      if (at.beside) this.emit({ kind: 'fork-bomb' }, source, at);
      return unknownStream();
    }
    const before = at.state.parameters;
    at.state.parameters = args;
    const output = this.script(body, {
      ...at,
      calls: [...at.calls, body],
      beside: false,
      depth: at.depth + 1,
    });
    at.state.parameters = before;
    return output;
  }

  private stdin(redirects: readonly Redirect[], at: Standing): Stream {
    let stdin = at.stdin;
    for (const redirect of redirects) {
      if (redirect.kind === 'text') {
        stdin = alternative(expandText(redirect.body, this.expander(at)));
      } else if (redirect.operator === '<' || redirect.operator === '<>') {
        for (const target of expandWords([redirect.target], this.expander(at)).flat())
          stdin = this.fileContent(target, at);
      }
    }
    return stdin;
  }

  /** What reading a file gives: what this very text wrote there, or something unknown that came from it. */
  fileContent(arg: Arg, at: Standing): Stream {
    const place = this.place(arg, at);
    const written = place.absolute === undefined ? undefined : this.written.get(place.absolute);
    if (written !== undefined) return written;
    const peer = /^\/dev\/(?:tcp|udp)\/([^/]+)/.exec(place.text)?.[1];
    if (peer !== undefined) {
      this.emit(
        { kind: 'send', host: peer, what: 'what a command prints', files: [], secret: false },
        arg.text,
        at,
      );
      return unknownStream([{ kind: 'fetched', host: peer }]);
    }
    if (place.absolute === '/dev/null') return nothing;
    if (place.area === 'sink') return unknownStream(arg.origins);
    this.emit({ kind: 'read', path: place }, arg.text, at);
    return unknownStream(joinOrigins([{ kind: 'file', path: place.absolute ?? place.text }], arg.origins));
  }

  private redirectOutput(
    redirects: readonly Redirect[],
    output: Stream,
    source: string,
    at: Standing,
  ): Stream {
    let result = output;
    for (const redirect of redirects) {
      if (redirect.kind !== 'file' || redirect.operator.startsWith('<')) continue;
      for (const target of expandWords([redirect.target], this.expander(at)).flat()) {
        if (redirect.operator === '>&' && /^(?:\d+|-)$/.test(target.text)) continue;
        const place = this.place(target, at);
        const peer = /^\/dev\/(?:tcp|udp)\/([^/]+)/.exec(place.text)?.[1];
        if (peer !== undefined)
          this.emit(
            { kind: 'send', host: peer, what: 'what a command prints', files: [], secret: false },
            source,
            at,
          );
        const toOutput = redirect.fd === undefined || redirect.fd === '1';
        if (place.area === 'device') {
          this.emit({ kind: 'wipe-device', device: place.text }, source, at);
        } else if (place.area !== 'sink') {
          const append = redirect.operator.includes('>>');
          // In text that is only partly shell, a `>` may be anything: an arrow, the end of a placeholder.
          const empties = output.text.trim() === '' && output.origins.length === 0 && !this.broken;
          if (toOutput && !append && empties && /^[\w./~-]+$/.test(target.text))
            this.emit({ kind: 'delete', path: place, recursive: false, manner: 'truncate' }, source, at);
          else this.emit({ kind: 'write', path: place, manner: append ? 'append' : 'replace' }, source, at);
          if (place.absolute !== undefined && toOutput) this.written.set(place.absolute, output);
        }
        if (toOutput) result = nothing;
      }
    }
    return result;
  }
}

const unread: Deed = { kind: 'opaque', reason: 'the script cannot be parsed in reasonable time' };
/** Variables whose value other programs run as a command. */
const runsItsValue =
  /^(?:GIT_(?:SSH_COMMAND|SSH|PAGER|EDITOR|SEQUENCE_EDITOR|EXTERNAL_DIFF|ASKPASS|PROXY_COMMAND)|PAGER|MANPAGER|EDITOR|VISUAL|BROWSER|PROMPT_COMMAND|LESSOPEN|SSH_ASKPASS|SUDO_ASKPASS)$/;

const tooDeep: Deed = { kind: 'opaque', reason: 'commands are nested too deeply to be followed' };

function unknownArg(): Arg {
  return { ...unknownStream(), pattern: false, quoted: false };
}
