import { estimateTokens } from './tokens.ts';
import { clip } from './words.ts';

/** One kind of thing that an agent should know, the most important line first. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  /** How many things there are, where `lines` are not all of them. */
  readonly total?: number;
  /** The call that shows those that are left out. */
  readonly more: string;
  /** Tokens that one line takes at most, where it is not as many as usual. */
  readonly widest?: number;
}

/** Lines of one section at most: who has more to say of one kind is asked for it. */
const mostLines = 8;
/** Tokens of a line at most. So many sections as there are fit with one line each into any budget that is asked of us. */
const widestLine = 90;

/**
 * A text of at most so many estimated tokens: what opens and what closes it, and between them the sections that have
 * something to say. Where not all of it fits, the sections take turns, line by line, so that a full one leaves room for the
 * others; each of them shows at least its first line, and says how much was left out.
 */
export function compose(
  opening: string,
  sections: readonly Section[],
  closing: string,
  mostTokens: number,
): string {
  const filled = sections.filter(section => section.lines.length > 0).map(clipped);
  const shown = filled.map(() => 1);
  const text = () =>
    [opening, ...filled.map((section, index) => paragraph(section, shown[index] ?? 1)), closing]
      .filter(part => part !== '')
      .join('\n');
  // A line costs no more than it adds: what is said of those left out only gets shorter.
  let left = mostTokens - estimateTokens(text());
  for (let round = 1; round < mostLines; round += 1) {
    for (const [index, section] of filled.entries()) {
      const line = section.lines[round];
      if (shown[index] !== round || line === undefined) continue;
      const cost = estimateTokens(`\n- ${line}`);
      if (cost > left) continue;
      left -= cost;
      shown[index] = round + 1;
    }
  }
  return text();
}

function clipped(section: Section): Section {
  const { lines, widest = widestLine, total = lines.length } = section;
  return { ...section, total, lines: lines.slice(0, mostLines).map(line => clip(line, widest)) };
}

function paragraph({ title, lines, total = lines.length, more }: Section, shown: number): string {
  const hidden = total - shown;
  return [
    `${title}:`,
    ...lines.slice(0, shown).map(line => `- ${line}`),
    ...(hidden > 0 ? [`- and ${hidden} more: ${more}`] : []),
  ].join('\n');
}
