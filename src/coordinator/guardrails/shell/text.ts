import type { Part, Word } from './script.ts';

/** Unquoted text as the shell reads it: a backslash makes the next character an ordinary one. */
export function unescapeWord(source: string): Part[] {
  if (!source.includes('\\')) return [{ kind: 'text', text: source, quoted: false }];
  const parts: Part[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') parts.push({ kind: 'text', text: plain, quoted: false });
    plain = '';
  };
  for (let i = 0; i < source.length; i++) {
    const character = source.charAt(i);
    if (character !== '\\') {
      plain += character;
      continue;
    }
    i++;
    const next = source.charAt(i);
    if (next === '\n' || next === '') continue;
    if (/[A-Za-z0-9_./:@%+,=-]/.test(next)) {
      plain += next;
    } else {
      flush();
      parts.push({ kind: 'text', text: next, quoted: true });
    }
  }
  flush();
  return parts.length > 0 ? parts : [{ kind: 'text', text: '', quoted: false }];
}

/** The inside of double quotes, where a backslash only escapes `$`, a backtick, `"`, itself and a line break. */
export function unescapeQuoted(source: string): string {
  return source.includes('\\')
    ? source.replace(/\\([$`"\\\n])/g, (_, next: string) => (next === '\n' ? '' : next))
    : source;
}

const ansiEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The inside of `$'…'`; also what `printf` and `echo -e` make of their text. */
export function ansiCText(source: string): string {
  return source.replace(
    /\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|c.|.)/gs,
    (_, sequence: string) => {
      const first = sequence.charAt(0);
      if (/[xuU]/.test(first) && sequence.length > 1)
        return codePoint(Number.parseInt(sequence.slice(1), 16));
      if (/[0-7]/.test(first)) return codePoint(Number.parseInt(sequence, 8));
      if (first === 'c' && sequence.length > 1) return codePoint(sequence.charCodeAt(1) & 0x1f);
      return ansiEscapes[first] ?? sequence;
    },
  );
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

/** `<<-` takes the tabs off the beginning of every line. */
export function heredocLines(parts: readonly Part[]): Part[] {
  return parts.map(part =>
    part.kind === 'text' ? { ...part, text: part.text.replace(/^\t+/gm, '') } : part,
  );
}

/** A word with more alternatives than this is left as it stands. */
const maximumBraces = 64;

const maximumBraceTokens = 512;

type Token = Part | '{' | ',' | '}';

/** `a{b,c}` → `ab ac`; also over quoted and computed pieces. Ranges (`{1..3}`) are left as they are. */
export function expandBraces(word: Word): Word[] {
  if (!word.parts.some(part => part.kind === 'text' && !part.quoted && part.text.includes('{')))
    return [word];
  const tokens: Token[] = [];
  for (const part of word.parts) {
    if (part.kind !== 'text' || part.quoted) {
      tokens.push(part);
      continue;
    }
    for (const piece of part.text.split(/([{},])/)) {
      if (piece === '{' || piece === ',' || piece === '}') tokens.push(piece);
      else if (piece !== '') tokens.push({ kind: 'text', text: piece, quoted: false });
    }
  }
  // Matching braces looks ahead from every one of them; nobody writes this many.
  if (tokens.length > maximumBraceTokens) return [word];
  const alternatives = expandTokens(tokens);
  if (alternatives === undefined || alternatives.length < 2) return [word];
  return alternatives.map(parts => ({ parts: mergeText(parts) }));
}

function expandTokens(tokens: readonly Token[]): Part[][] | undefined {
  let results: Part[][] = [[]];
  const append = (choices: readonly (readonly Part[])[]) => {
    results = results.flatMap(left => choices.map(right => [...left, ...right]));
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) continue;
    if (typeof token !== 'string') {
      append([[token]]);
      continue;
    }
    const group = token === '{' ? groupAt(tokens, i) : undefined;
    if (group === undefined) {
      append([[{ kind: 'text', text: token, quoted: false }]]);
      continue;
    }
    const choices: Part[][] = [];
    for (const item of group.items) choices.push(...(expandTokens(item) ?? []));
    if (results.length * choices.length > maximumBraces) return undefined;
    append(choices);
    i = group.end;
  }
  return results;
}

function groupAt(tokens: readonly Token[], open: number): { items: Token[][]; end: number } | undefined {
  const items: Token[][] = [[]];
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) continue;
    if (token === '{' && depth++ === 0) continue;
    if (token === '}' && --depth === 0) return items.length > 1 ? { items, end: i } : undefined;
    if (token === ',' && depth === 1) items.push([]);
    else items[items.length - 1]?.push(token);
  }
  return undefined;
}

function mergeText(parts: readonly Part[]): Part[] {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged[merged.length - 1];
    if (part.kind === 'text' && last?.kind === 'text' && last.quoted === part.quoted)
      merged[merged.length - 1] = { ...last, text: last.text + part.text };
    else merged.push(part);
  }
  return merged;
}
