/** Shorter words have too many neighbours, longer ones are no words that somebody types. */
const shortest = 4;
const longest = 24;

/**
 * The word, and the word without one of its characters. Two words that differ by one slip (a character too many, missing,
 * wrong, or two that changed places) have one of them in common: the symmetric-delete idea of SymSpell.
 */
export function slipsOf(word: string): string[] {
  const characters = [...word];
  if (characters.length < shortest || characters.length > longest) return [];
  return [...new Set([word, ...characters.map((_, index) => characters.toSpliced(index, 1).join(''))])];
}

/** True where one slip makes one word into the other. */
export function isSlip(one: string, other: string): boolean {
  const [a, b] = [[...one], [...other]].sort((x, y) => x.length - y.length) as [string[], string[]];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (right.length <= 1) return left.length + right.length > 0;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
