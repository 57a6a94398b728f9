import type { Arg } from '../shell/value.ts';
import { unknown } from '../shell/value.ts';

/**
 * The options of a tool in one line: names separated by spaces, aliases joined by commas, `=` after the last alias where
 * a value follows, `?=` where it can only be attached. `-f,--force -m,--message= --color?=`
 */
export type OptionNotation = string;

interface OptionShape {
  readonly key: string;
  readonly value: 'none' | 'required' | 'attached';
}

export interface OptionSet {
  readonly shapes: ReadonlyMap<string, OptionShape>;
  readonly longNames: readonly string[];
}

export interface OptionStyle {
  /** `-abc` is one option, as in find, terraform or Java tools. */
  readonly singleDash?: boolean;
  /** Options end at the first operand, as in sudo, env or docker run. */
  readonly stopAtOperand?: boolean;
  /** An unambiguous beginning of a long option counts as it, as GNU getopt and git do. */
  readonly abbreviations?: boolean;
  /** `-20` is a count, as in head, git log or kill. */
  readonly numbers?: boolean;
}

export interface ParsedOptions {
  /** By the first alias of the notation, without dashes. Options that are not in the notation stand under their own name. */
  readonly values: ReadonlyMap<string, readonly (Arg | undefined)[]>;
  readonly operands: readonly Arg[];
  /** The operands that came after `--`; undefined where there was none. */
  readonly afterDashes: readonly Arg[] | undefined;
  /** An argument that cannot be known stood where an option could have been. */
  readonly uncertain: boolean;
}

const sets = new Map<OptionNotation, OptionSet>();

export function optionSet(notation: OptionNotation): OptionSet {
  const known = sets.get(notation);
  if (known !== undefined) return known;
  const shapes = new Map<string, OptionShape>();
  const longNames: string[] = [];
  for (const entry of notation.split(/\s+/)) {
    const [, names = '', mark = ''] = /^(.*?)(\??=)?$/.exec(entry) ?? [];
    if (names === '') continue;
    const aliases = names.split(',');
    const key = (aliases[0] ?? '').replace(/^-+/, '');
    const value = mark === '=' ? 'required' : mark === '?=' ? 'attached' : 'none';
    for (const alias of aliases) {
      shapes.set(alias, { key, value });
      if (alias.startsWith('--')) longNames.push(alias);
    }
  }
  const set = { shapes, longNames };
  sets.set(notation, set);
  return set;
}

/** Takes arguments apart the way the tool would. Never fails: what is not in the notation is kept under its own name. */
export function parseOptions(
  args: readonly Arg[],
  notation: OptionNotation,
  style: OptionStyle = {},
): ParsedOptions {
  const set = optionSet(notation);
  const values = new Map<string, (Arg | undefined)[]>();
  const operands: Arg[] = [];
  let afterDashes: Arg[] | undefined;
  let uncertain = false;
  const add = (key: string, value: Arg | undefined) => {
    const list = values.get(key);
    if (list === undefined) values.set(key, [value]);
    else list.push(value);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === undefined) continue;
    const text = arg.text;
    if (text === '--') {
      afterDashes = args.slice(i + 1);
      operands.push(...afterDashes);
      break;
    }
    if (text.startsWith(unknown) && !arg.quoted) uncertain = true;
    if (!text.startsWith('-') || text === '-') {
      operands.push(arg);
      if (style.stopAtOperand) {
        operands.push(...args.slice(i + 1));
        break;
      }
      continue;
    }
    if (style.numbers && /^-\d+$/.test(text)) {
      add('number', { ...arg, text: text.slice(1) });
      continue;
    }
    if (text.startsWith('--') || style.singleDash) {
      const equals = text.indexOf('=');
      const name = equals < 0 ? text : text.slice(0, equals);
      const shape = longShape(set, name, style);
      const key = shape?.key ?? name.replace(/^-+/, '');
      if (equals >= 0) add(key, { ...arg, text: text.slice(equals + 1) });
      else if (shape?.value === 'required') add(key, args[++i]);
      else add(key, undefined);
      continue;
    }
    for (let j = 1; j < text.length; j++) {
      const shape = set.shapes.get(`-${text.charAt(j)}`);
      const key = shape?.key ?? text.charAt(j);
      const rest = text.slice(j + 1);
      if (shape === undefined || shape.value === 'none') {
        add(key, undefined);
        continue;
      }
      if (rest !== '') add(key, { ...arg, text: rest.replace(/^=/, '') });
      else if (shape.value === 'required') add(key, args[++i]);
      else add(key, undefined);
      break;
    }
  }
  return { values, operands, afterDashes, uncertain };
}

function longShape(set: OptionSet, name: string, style: OptionStyle): OptionShape | undefined {
  const exact =
    set.shapes.get(name) ?? (style.singleDash ? set.shapes.get(name.replace(/^--?/, '-')) : undefined);
  if (exact !== undefined || !style.abbreviations || name.length < 4) return exact;
  const candidates = set.longNames.filter(long => long.startsWith(name));
  return candidates.length > 0 ? set.shapes.get(candidates[0] ?? '') : undefined;
}
