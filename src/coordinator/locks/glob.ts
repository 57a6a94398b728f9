/**
 * The glob syntax of locks: `*`, `?`, `**` as a whole segment, and `{a,b}`. Brackets and parentheses are literal,
 * since frameworks name files with them (`app/[id]/page.tsx`, `app/(shop)/layout.tsx`).
 */

/** One segment of a path pattern: literal text, a pattern of characters, or any number of segments. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'pattern'; readonly tokens: readonly Token[] }
  | { readonly kind: 'any-depth' };

/** One character, or any one, or any number of them. */
export type Token = string | typeof anyOne | typeof anyNumber;

export const anyOne = Symbol('?');
export const anyNumber = Symbol('*');
export const anyDepth: Segment = { kind: 'any-depth' };

/** How many patterns without braces one pattern may stand for. */
export const mostAlternatives = 64;

export function isGlob(text: string): boolean {
  return /[*?]/.test(text) || firstGroup(text) !== undefined;
}

/**
 * The patterns without braces that a pattern stands for; undefined where there are more than {@link mostAlternatives}.
 * A brace without partner or comma is literal, as in a shell.
 */
export function expandBraces(text: string): readonly string[] | undefined {
  const group = firstGroup(text);
  if (!group) return [text];
  const tails = expandBraces(text.slice(group.end));
  if (!tails) return undefined;
  const expanded: string[] = [];
  for (const option of group.options) {
    const heads = expandBraces(option);
    if (!heads || expanded.length + heads.length * tails.length > mostAlternatives) return undefined;
    for (const head of heads) expanded.push(...tails.map(tail => text.slice(0, group.start) + head + tail));
  }
  return expanded;
}

interface Group {
  readonly start: number;
  /** Where the text after the closing brace begins. */
  readonly end: number;
  readonly options: readonly string[];
}

function firstGroup(text: string): Group | undefined {
  for (let start = text.indexOf('{'); start >= 0; start = text.indexOf('{', start + 1)) {
    const group = groupAt(text, start);
    if (group) return group;
  }
  return undefined;
}

function groupAt(text: string, start: number): Group | undefined {
  const options: string[] = [];
  let depth = 0;
  let optionStart = start + 1;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '{') depth++;
    else if (character === ',' && depth === 1) {
      options.push(text.slice(optionStart, at));
      optionStart = at + 1;
    } else if (character === '}' && --depth === 0) {
      if (options.length === 0) return undefined;
      options.push(text.slice(optionStart, at));
      return { start, end: at + 1, options };
    }
  }
  return undefined;
}

/** The segment that a piece of a pattern between two slashes is. */
export function segmentOf(text: string): Segment {
  if (text === '**') return anyDepth;
  if (!/[*?]/.test(text)) return { kind: 'literal', text };
  const tokens: Token[] = [];
  for (const character of text) {
    if (character === '?') tokens.push(anyOne);
    else if (character !== '*') tokens.push(character);
    else if (tokens.at(-1) !== anyNumber) tokens.push(anyNumber);
  }
  return { kind: 'pattern', tokens };
}
