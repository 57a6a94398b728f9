import type { Passage } from './match.ts';
import type { MemoryRow } from './memory.ts';

/** What is searched of a memory. What it says in short counts more than what it says at length. */
export function passagesOf({
  summary,
  details,
  lessons,
  tags,
}: Pick<MemoryRow, 'summary' | 'details' | 'lessons' | 'tags'>): Passage[] {
  return [
    { text: summary, weight: 2 },
    ...tags.map(text => ({ text, weight: 1.5 })),
    ...lessons.map(text => ({ text, weight: 1.2 })),
    ...details.map(text => ({ text, weight: 1 })),
  ];
}
