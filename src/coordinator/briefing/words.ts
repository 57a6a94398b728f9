import { estimateTokens } from './tokens.ts';

/** Tokens that a name, a path or a word of somebody takes in a line at most. */
const longest = { name: 24, path: 48, quoted: 60 };

/** Somebody's name, on one line. */
export function name(text: string): string {
  return clip(flat(text), longest.name);
}

/** A path, of which the end tells more than the beginning. */
export function path(text: string): string {
  return clipStart(flat(text), longest.path);
}

/** What somebody else wrote: on one line, and in quotation marks, so that it is not read as said by Interlock. */
export function quoted(text: string, mostTokens: number = longest.quoted): string {
  return `“${clip(flat(text).replaceAll(/[\u201c\u201d]/g, '"'), mostTokens)}”`;
}

/** `14:05`, with the day where it is not today's. Times are UTC. */
export function timeOfDay(at: string, now: Date): string {
  const [day, time] = [at.slice(0, 10), at.slice(11, 16)];
  return day === now.toISOString().slice(0, 10) ? time : `${day} ${time}`;
}

/** How long ago something was, in the largest unit that fits. */
export function ago(at: string, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(at)) / 60_000));
  if (minutes < 1) return 'just now';
  if (minutes < 90) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}

/** Whatever breaks a line or cannot be seen becomes a space. */
function flat(text: string): string {
  return text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
}

/** The beginning of a text, as much as fits. */
export function clip(text: string, mostTokens: number): string {
  if (estimateTokens(text) <= mostTokens) return text;
  return `${fitting(Array.from(text), mostTokens - 3).join('')}…`;
}

function clipStart(text: string, mostTokens: number): string {
  if (estimateTokens(text) <= mostTokens) return text;
  return `…${fitting(Array.from(text).reverse(), mostTokens - 3)
    .reverse()
    .join('')}`;
}

/** As many of the first characters as fit. */
function fitting(characters: readonly string[], mostTokens: number): string[] {
  let [low, high] = [0, Math.min(characters.length, mostTokens * 4)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (estimateTokens(characters.slice(0, middle).join('')) <= mostTokens) low = middle;
    else high = middle - 1;
  }
  return characters.slice(0, low);
}
