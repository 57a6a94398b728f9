import { styleText } from 'node:util';

/** One line of JSON on standard output, for scripts. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Rows under their headings, in columns as wide as what is in them. The last column is left as long as it is. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = rows.map(row => row.map(printable));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...clean.map(row => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [styled('dim', line(headings)), ...clean.map(line)].join('\n');
}

/** Names and values under one another. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${styled('dim', name.padEnd(width))}  ${printable(value)}`).join('\n');
}

/** Styled where somebody sees it, and plain in files and pipes. */
export function styled(style: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string): string {
  return process.stdout.isTTY && process.stdout.hasColors() ? styleText(style, text) : text;
}

/** Agents choose names and reasons: what would steer the terminal is shown and not obeyed. */
function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** How long ago, or how far ahead, in the one unit that tells most: `3 min`. */
export function distance(iso: string, nowMs: number): string {
  const seconds = Math.round(Math.abs(Date.parse(iso) - nowMs) / 1000);
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
