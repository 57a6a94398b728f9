/**
 * Stands for a piece of text that cannot be known before the command runs. A private-use character, so that a
 * text with unknown pieces is still one string that can be compared, split and joined.
 */
export const unknown = '\uE000';

/** Where a text came from, which can matter more than what it says. */
export type Origin =
  | { readonly kind: 'fetched'; readonly host: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'program'; readonly name: string }
  /** Holds a secret by what it is: a credential file, a variable named so. */
  | { readonly kind: 'secret'; readonly what: string }
  /** Decoded from something a reader cannot read (base64, hex, compression). */
  | { readonly kind: 'decoded' }
  | { readonly kind: 'variable'; readonly name: string };

/** What flows through a pipe, or into a variable. */
export interface Stream {
  readonly text: string;
  readonly origins: readonly Origin[];
}

/** One argument of a command, after expansion. */
export interface Arg extends Stream {
  /** Holds an active `*`, `?` or `[`. */
  readonly pattern: boolean;
  /** True where at least part of it was quoted: such a word is never a tilde or an option by accident. */
  readonly quoted: boolean;
}

export const nothing: Stream = { text: '', origins: [] };

export function unknownStream(origins: readonly Origin[] = []): Stream {
  return { text: unknown, origins };
}

export function plainArg(text: string): Arg {
  return { text, origins: [], pattern: false, quoted: true };
}

export function isKnown(text: string): boolean {
  return !text.includes(unknown);
}

/** Text for a person: unknown pieces become an ellipsis. */
export function readable(text: string): string {
  return text.replaceAll(unknown, '…');
}

const maximumOrigins = 16;

/** A script that builds longer texts than this is not followed into them, in characters. */
const maximumText = 256 * 1024;

/** The texts one after the other; one unknown text where that would be too long to keep. */
export function boundedText(texts: readonly string[]): string {
  let length = 0;
  for (const text of texts) length += text.length;
  return length > maximumText ? unknown : texts.join('');
}

/** The origins of several texts together. */
export function originsOf(streams: readonly { readonly origins: readonly Origin[] }[]): readonly Origin[] {
  let joined: readonly Origin[] = [];
  for (const { origins } of streams)
    if (origins.length > 0 && origins !== joined) joined = joinOrigins(joined, origins);
  return joined;
}

export function joinOrigins(...lists: (readonly Origin[])[]): readonly Origin[] {
  const filled = lists.filter(list => list.length > 0);
  if (filled.length <= 1) return filled[0] ?? [];
  const seen = new Map<string, Origin>();
  for (const origin of filled.flat()) {
    if (seen.size >= maximumOrigins) break;
    seen.set(JSON.stringify(origin), origin);
  }
  return [...seen.values()];
}

/** What several commands print one after the other. */
export function joinStreams(streams: readonly Stream[]): Stream {
  const [only] = streams;
  if (streams.length <= 1) return only ?? nothing;
  return { text: boundedText(streams.map(stream => stream.text)), origins: originsOf(streams) };
}

/** What one of several commands prints. */
export function alternative(streams: readonly Stream[]): Stream {
  const [first] = streams;
  if (first === undefined) return nothing;
  const origins = originsOf(streams);
  return streams.every(stream => stream.text === first.text) ? { ...first, origins } : unknownStream(origins);
}
