import { redact } from '../guardrails/redact.ts';

/** How much longer than what is shown a text may be before it is cut unread: an edit may be of many megabytes. */
const readAheadFactor = 4;

/**
 * A text as a person is shown it and a database column holds it: without credentials, at most `longest` characters, the
 * cut marked by an ellipsis, and neither a NUL nor half a character.
 */
export function shown(text: string, longest: number): string {
  const safe = redact(text.slice(0, longest * readAheadFactor));
  const cut = text.length > longest ? `${safe.slice(0, longest - 1)}…` : safe.slice(0, longest);
  return cut.replaceAll('\u0000', '\uFFFD').toWellFormed();
}
