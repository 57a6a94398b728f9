/**
 * A text as a person is shown it and a database column holds it: at most `longest` characters, the cut marked by an
 * ellipsis, and neither a NUL nor half a character.
 */
export function shown(text: string, longest: number): string {
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return cut.replaceAll('\u0000', '\uFFFD').toWellFormed();
}
