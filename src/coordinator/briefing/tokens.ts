/**
 * At least about as many tokens as a model reads in a text, without the vocabulary of any: two letters, or two
 * digits, to a token (English has four to five, names in code three, letters at random not quite two), each other sign of ASCII and
 * each new line one, a space none since it goes with the word behind it, and everything else a token a byte, which no
 * tokenizer that falls back to bytes exceeds.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [part] of text.matchAll(/[A-Za-z]+|[0-9]+|[ \t]+|[\n-~]|[^\n-~]+/g)) {
    if (/^[A-Za-z0-9]/.test(part)) tokens += Math.ceil(part.length / 2);
    else if (/^[ \t]/.test(part)) tokens += Math.floor(part.length / 2);
    else if (part >= '\n' && part <= '~') tokens += 1;
    else tokens += Buffer.byteLength(part);
  }
  return tokens;
}
