import type { Passage } from './match.ts';
import type { MemoryRow } from './memory.ts';
import { termOf } from './term.ts';
import { stemOf, wordsOf } from './words.ts';

type Content = Pick<MemoryRow, 'summary' | 'details' | 'lessons' | 'tags'>;

/** What is searched of a memory. What it says in short counts more than what it says at length. */
export function passagesOf({ summary, details, lessons, tags }: Content): Passage[] {
  return [
    { text: summary, weight: 2 },
    ...tags.map(text => ({ text, weight: 1.5 })),
    ...lessons.map(text => ({ text, weight: 1.2 })),
    ...details.map(text => ({ text, weight: 1 })),
  ];
}

/** What is stored of a memory so that it is found: its words, each once, and the terms of their stems. */
export function searchable(
  projectId: string,
  content: Content,
): { readonly words: string[]; readonly terms: number[] } {
  const found = passagesOf(content).flatMap(({ text }) => wordsOf(text));
  const words = [...new Set(found.map(word => word.text))];
  return { words, terms: [...new Set(words.map(word => termOf(projectId, stemOf(word))))] };
}
