/**
 * Characters that a person cannot see, or that make text look like another text: controls, bidirectional overrides,
 * zero-width and tag characters. Agents write what people approve, so these are shown by their number.
 */
const deceiving =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/** The text on one line, as what it is: line breaks as `⏎`, tabs as spaces, unseen characters as `\u{202e}`. */
export function onOneLine(text: string): string {
  return text
    .replace(/\r\n|\r|\n/g, ' ⏎ ')
    .replace(/\t/g, ' ')
    .replace(deceiving, numbered)
    .trim();
}

/** The text with its lines, unseen characters as `\u{202e}`. */
export function withItsLines(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(line => line.replace(/\t/g, '  ').replace(deceiving, numbered))
    .join('\n');
}

function numbered(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
}

/**
 * At most `most` characters, cut in the middle: what a command is stands at its start, what it does it to often at its
 * end.
 */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const head = Math.ceil((most - 1) * 0.6);
  const tail = most - 1 - head;
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

/**
 * Text for a notification, which turns `[text](command:…)` into something to click: an agent must not be able to put
 * a button of its own there.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
