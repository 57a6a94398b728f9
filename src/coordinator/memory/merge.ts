import type { MemoryRow } from './memory.ts';

/** What two tellings of the same are united in. */
export type Content = Pick<MemoryRow, 'details' | 'outcome' | 'lessons' | 'tags'>;

/**
 * What is known when the same is told again: everything that either says, once. Telling it twice changes nothing, and but for
 * the order it does not matter who tells first. Of two outcomes the later counts.
 */
export function mergedContent(known: Content, told: Content): Content {
  return {
    details: united(known.details, told.details),
    outcome: told.outcome ?? known.outcome,
    lessons: united(known.lessons, told.lessons),
    tags: united(known.tags, told.tags),
  };
}

function united(known: readonly string[], told: readonly string[]): string[] {
  return [...new Set([...known, ...told])];
}
