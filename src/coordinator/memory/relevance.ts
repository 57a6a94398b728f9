import type { MemoryRow } from './memory.ts';

/** What a memory is worth beside its text, as shares of one. The text alone makes up the rest. */
const shares = { recency: 0.3, outcome: 0.1, reuse: 0.1 };
/** Of each day, in the exponent (coordination.md, Memory). */
const decayPerDay = 0.1;
/** What worked is worth knowing, and so is what did not; what is neither, less. */
const outcomeWorth = { positive: 1, negative: 0.75, neutral: 0.5 };
/** Having been recalled is a tenth of being found useful, and never more than once that. */
const recallWorth = 0.1;
const mostForRecalls = 1;

export type Standing = Pick<MemoryRow, 'age_days' | 'outcome' | 'useful' | 'not_useful' | 'recalls'>;

/**
 * The relevance of a memory, 0 to 1, to four digits: how well its text matches, times what else speaks for it, which is
 * from a half (old, without outcome, found useless) to one (new, positive, found useful). A text that does not match is
 * not relevant, whatever else speaks for it; one that matches well stays relevant when it is old.
 */
export function relevanceOf(match: number, standing: Standing): number {
  const recency = Math.exp(-decayPerDay * standing.age_days);
  const outcome = outcomeWorth[standing.outcome ?? 'neutral'];
  const text = 1 - shares.recency - shares.outcome - shares.reuse;
  const worth = text + shares.recency * recency + shares.outcome * outcome + shares.reuse * reuseOf(standing);
  return Math.round(match * worth * 10_000) / 10_000;
}

/** The share of those who found it useful, with one for and one against beforehand (Laplace’s rule of succession). */
function reuseOf({ useful, not_useful, recalls }: Standing): number {
  const good = useful + Math.min(mostForRecalls, recalls * recallWorth);
  return (good + 1) / (good + not_useful + 2);
}
