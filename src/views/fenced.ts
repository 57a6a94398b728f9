import { withItsLines } from './shown-text.ts';

/** The text as a code block that it cannot close. */
export function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${withItsLines(text)}\n${fence}`;
}
