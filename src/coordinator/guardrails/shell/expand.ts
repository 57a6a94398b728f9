import type { Part, Script, Word } from './script.ts';
import type { State } from './state.ts';
import {
  type Arg,
  boundedText,
  isKnown,
  joinOrigins,
  type Origin,
  originsOf,
  type Stream,
  unknown,
  unknownStream,
} from './value.ts';

/** What expansion needs from its surroundings. */
export interface Expander {
  readonly state: State;
  readonly home: string | undefined;
  /** Runs a substitution and gives what it prints. */
  substitute(script: Script): Stream;
  /** Runs the other side of `<(…)` or `>(…)`. */
  process(script: Script, direction: 'in' | 'out'): Stream;
}

/** More combinations of alternative values than this become one unknown word. */
const maximumCombinations = 16;

/** Every argument list that the words may become. There is always at least one. */
export function expandWords(words: readonly Word[], using: Expander): Arg[][] {
  let lists: Arg[][] = [[]];
  for (const word of words) {
    const choices = expandWord(word, using);
    const [only] = choices;
    if (choices.length === 1 && only !== undefined) {
      for (const list of lists) list.push(...only);
    } else if (lists.length * choices.length > maximumCombinations) {
      for (const list of lists) list.push({ ...unknownStream(), pattern: false, quoted: false });
    } else {
      lists = lists.flatMap(list => choices.map(choice => [...list, ...choice]));
    }
  }
  return lists;
}

/** The text of a word that is not split: an assigned value, a here-document, the target of a redirection. */
export function expandText(word: Word, using: Expander): Stream[] {
  return pieces(word, using).map(list => ({
    text: boundedText(list.map(piece => piece.text)),
    origins: originsOf(list),
  }));
}

interface Piece {
  readonly text: string;
  readonly origins: readonly Origin[];
  readonly quoted: boolean;
  /** Came from an expansion, so that white space in it splits the word. */
  readonly splits: boolean;
  /** Several words by themselves: "$@". */
  readonly list?: readonly Arg[];
}

function expandWord(word: Word, using: Expander): Arg[][] {
  const [single] = word.parts;
  if (word.parts.length === 1 && single?.kind === 'text') {
    if (single.text === '' && !single.quoted) return [[]];
    return [[toArg(single.text, single.quoted, [], !single.quoted && /[*?[]/.test(single.text))]];
  }
  return pieces(word, using).map(list => splitPieces(list, using));
}

function pieces(word: Word, using: Expander): Piece[][] {
  let lists: Piece[][] = [[]];
  for (const part of word.parts) {
    const choices = expandPart(part, using);
    const [only] = choices;
    if (choices.length === 1 && only !== undefined) {
      for (const list of lists) list.push(only);
    } else if (lists.length * choices.length > maximumCombinations) {
      for (const list of lists) list.push({ text: unknown, origins: [], quoted: true, splits: false });
    } else {
      lists = lists.flatMap(list => choices.map(choice => [...list, choice]));
    }
  }
  return lists;
}

function toArg(text: string, quoted: boolean, origins: readonly Origin[], pattern: boolean): Arg {
  return { text, quoted, origins, pattern };
}

/** Word splitting: unquoted expansions fall apart at white space, and an unquoted empty one disappears. */
function splitPieces(list: readonly Piece[], using: Expander): Arg[] {
  const separators = fieldSeparators(using.state);
  const args: Arg[] = [];
  let text = '';
  let quoted = false;
  let pattern = false;
  let present = false;
  let origins: readonly Origin[] = [];
  const finish = () => {
    if (present) args.push(toArg(text, quoted, origins, pattern));
    text = '';
    quoted = false;
    pattern = false;
    present = false;
    origins = [];
  };
  for (const piece of list) {
    if (piece.list !== undefined) {
      piece.list.forEach((arg, index) => {
        if (index > 0) finish();
        text += arg.text;
        quoted ||= piece.quoted || arg.quoted;
        pattern ||= arg.pattern && !piece.quoted;
        origins = joinOrigins(origins, arg.origins);
        present = true;
      });
      continue;
    }
    const chunks = piece.splits && !piece.quoted ? piece.text.split(separators) : [piece.text];
    chunks.forEach((chunk, index) => {
      if (index > 0) finish();
      if (chunk === '' && !piece.quoted) return;
      text += chunk;
      quoted ||= piece.quoted;
      pattern ||= !piece.quoted && /[*?[]/.test(chunk);
      origins = joinOrigins(origins, piece.origins);
      present = true;
    });
  }
  finish();
  return args;
}

function fieldSeparators(state: State): RegExp {
  const ifs = state.variables.get('IFS')?.[0]?.text;
  if (ifs === undefined || ifs === '' || !isKnown(ifs)) return /[ \t\n]+/;
  return new RegExp(`[${ifs.replace(/[\\\]^-]/g, '\\$&')}]+`);
}

function expandPart(part: Part, using: Expander): Piece[] {
  switch (part.kind) {
    case 'text':
      return [{ text: part.text, origins: [], quoted: part.quoted, splits: false }];
    case 'substitution': {
      const output = using.substitute(part.script);
      return [
        { text: output.text.replace(/\n+$/, ''), origins: output.origins, quoted: part.quoted, splits: true },
      ];
    }
    case 'process': {
      const output = using.process(part.script, part.direction);
      // The path of the pipe is unknown, and its origins are those of what can be read from it.
      return [{ text: `/dev/fd/63`, origins: output.origins, quoted: true, splits: false }];
    }
    case 'computed':
      for (const script of part.scripts) using.substitute(script);
      return [{ text: unknown, origins: [], quoted: part.quoted, splits: true }];
    case 'variable':
      return expandVariable(part, using);
  }
}

type VariablePart = Extract<Part, { kind: 'variable' }>;

function expandVariable(part: VariablePart, using: Expander): Piece[] {
  const piece = (stream: Stream): Piece => ({ ...stream, quoted: part.quoted, splits: true });
  if (part.name === '@' || part.name === '*') {
    const list = using.state.parameters.slice(1);
    if (using.state.parameters.length > 0) return [{ ...piece({ text: '', origins: [] }), list }];
    return [piece(unknownStream())];
  }
  const values = lookUp(part.name, using);
  if (part.operator === undefined) return values.map(piece);
  return values.map(value => piece(applyOperator(part, value, using)));
}

/** Names of variables that name a program by custom: `$RM -rf x` is `rm -rf x`, as far as anyone can tell. */
function lookUp(name: string, using: Expander): readonly Stream[] {
  const { state } = using;
  const assigned = state.variables.get(name);
  if (assigned !== undefined) return assigned;
  if (/^\d+$/.test(name)) {
    const parameter = state.parameters[Number(name)];
    if (parameter !== undefined) return [parameter];
    return [state.parameters.length > 0 ? { text: '', origins: [] } : unknownStream()];
  }
  switch (name) {
    case 'HOME':
      return [using.home === undefined ? { text: '~', origins: [] } : { text: using.home, origins: [] }];
    case 'PWD':
      return [state.cwd === undefined ? unknownStream() : { text: state.cwd, origins: [] }];
    case 'TMPDIR':
    case 'TMP':
    case 'TEMP':
      // On many systems a directory of one's own inside of it.
      return [{ text: `/tmp/${unknown}`, origins: [] }];
    default:
      return [unknownStream([{ kind: 'variable', name }])];
  }
}

function applyOperator(part: VariablePart, value: Stream, using: Expander): Stream {
  const operand = part.operand ?? '';
  const isSet = isKnown(value.text);
  const plainOperand = operandText(operand, using);
  switch (part.operator) {
    case ':-':
    case '-':
    case ':=':
    case '=': {
      const wanted = isSet && (value.text !== '' || !part.operator.startsWith(':'));
      const result = wanted ? value : { text: plainOperand, origins: value.origins };
      if (part.operator.endsWith('=')) using.state.set(part.name, [result]);
      return result;
    }
    case ':+':
    case '+':
      return { text: plainOperand, origins: [] };
    case ':?':
    case '?':
      return value;
    case '!': {
      const target = isSet ? using.state.variables.get(value.text)?.[0] : undefined;
      return target ?? unknownStream();
    }
    default:
      if (!isSet || !isKnown(plainOperand)) return unknownStream(value.origins);
      return { ...value, text: editText(value.text, part.operator ?? '', plainOperand) };
  }
}

/** Operands are words of their own; plain variables in them are looked up, anything else is not known. */
function operandText(operand: string, using: Expander): string {
  const text = operand
    .replace(/^(["'])(.*)\1$/s, '$2')
    .replace(/\$\{?([A-Za-z_]\w*)\}?/g, (_, name: string) => lookUp(name, using)[0]?.text ?? unknown);
  if (/[`]|\$\(/.test(text)) return unknown;
  return using.home !== undefined ? text.replace(/^~(?=\/|$)/, using.home) : text;
}

function editText(text: string, operator: string, operand: string): string {
  switch (operator) {
    case '^^':
      return text.toUpperCase();
    case ',,':
      return text.toLowerCase();
    case '^':
      return text.charAt(0).toUpperCase() + text.slice(1);
    case ',':
      return text.charAt(0).toLowerCase() + text.slice(1);
    case ':': {
      const [offset = Number.NaN, length] = operand.split(':').map(Number);
      if (Number.isNaN(offset) || (length !== undefined && Number.isNaN(length))) return unknown;
      const from = offset < 0 ? text.length + offset : offset;
      return text.slice(from, length === undefined ? undefined : length < 0 ? length : from + length);
    }
    case '#':
    case '##':
    case '%':
    case '%%':
      return /[*?[]/.test(operand) ? unknown : trimAffix(text, operator, operand);
    case '/':
    case '//': {
      const [pattern = '', replacement = ''] = operand.split('/');
      if (/[*?[\\]/.test(pattern)) return unknown;
      return operator === '//'
        ? text.replaceAll(pattern, replacement)
        : text.replace(pattern, () => replacement);
    }
    default:
      return unknown;
  }
}

function trimAffix(text: string, operator: string, affix: string): string {
  if (operator.startsWith('#')) return text.startsWith(affix) ? text.slice(affix.length) : text;
  return text.endsWith(affix) ? text.slice(0, text.length - affix.length) : text;
}

/** One of the files that a wildcard matches: its directory is known, its name is not. */
export function patternMatch(text: string): string {
  return text.replace(/[^/]*[*?[].*$/, unknownStream().text);
}
