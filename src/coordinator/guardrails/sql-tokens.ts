export interface Token {
  /** `word`: keyword or plain name; `name`: a quoted one; `body`: the inside of a dollar quote. */
  readonly kind: 'word' | 'name' | 'string' | 'body' | 'mark';
  readonly text: string;
}

const pattern =
  /--[^\n]*|\/\*(?!!)[\s\S]*?(?:\*\/|$)|\/\*!\d*|\*\/|#(?![>-])[^\n]*|\$(\w*)\$([\s\S]*?)(?:\$\1\$|$)|[eEnNbBxX]?'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[A-Za-z_][^\]\n]*\]|[\p{L}_@#\uE000][\p{L}\p{N}_$@#\uE000]*|\d+(?:\.\d+)?|\S/gu;

/** Takes SQL apart; comments are left out, except MySQL's `/*! … *\/`, whose inside is executed. Linear in the text. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(pattern)) {
    const text = match[0];
    const first = text.charAt(0);
    if (text.startsWith('--') || text.startsWith('/*') || text === '*/' || (first === '#' && text.length > 1))
      continue;
    if (match[2] !== undefined) tokens.push({ kind: 'body', text: match[2] });
    else if (/^[eEnNbBxX]?'/.test(text)) tokens.push({ kind: 'string', text });
    else if (first === '"' || first === '`') tokens.push({ kind: 'name', text: text.slice(1, -1) });
    else if (first === '[' && text.length > 1) tokens.push({ kind: 'name', text: text.slice(1, -1) });
    else if (/^[\p{L}_@\uE000]/u.test(text)) tokens.push({ kind: 'word', text });
    else tokens.push({ kind: 'mark', text });
  }
  return tokens;
}
