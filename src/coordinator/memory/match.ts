import type { Concept, Question } from './question.ts';
import { stemOf, wordsOf } from './words.ts';

/** A part of a text, and how much a word in it counts. */
export interface Passage {
  readonly text: string;
  readonly weight: number;
}

/** Chosen on the development half of the recall bench. */
const half = 1.2;
const lengthShare = 0.35;
const usualLength = 60;
/** What two concepts count for that follow each other as they do in the question. */
const pairShare = 0.15;
/** Words between passages, so that the last of one and the first of the next are no pair. */
const gap = 10;

/**
 * How well a text answers a question, 0 to 1: the share of what was asked for that it holds, as BM25 weighs it (rare
 * words count more, repetition less and less, long texts less), and pairs of words that stand side by side as asked.
 * The square root keeps a long question, of which no text holds everything, from making all answers look alike.
 */
export function matchOf(question: Question, passages: readonly Passage[]): number {
  const { concepts } = question;
  const found = findStems(question, passages);
  const norm = half * (1 - lengthShare + (lengthShare * found.length) / usualLength);
  let held = 0;
  let whole = 0;
  for (const concept of concepts) {
    whole += concept.weight;
    held += heldOf(concept, found.counts, norm);
    const next = concept.next === undefined ? undefined : concepts[concept.next];
    if (next === undefined) continue;
    const pair = pairShare * Math.min(concept.weight, next.weight);
    whole += pair;
    if (standTogether(concept, next, found.places)) held += pair;
  }
  return whole === 0 ? 0 : Math.sqrt(held / whole);
}

interface Found {
  /** How often each stem of the question is there, weighed by where. */
  readonly counts: ReadonlyMap<string, number>;
  readonly places: ReadonlyMap<string, ReadonlySet<number>>;
  readonly length: number;
}

function findStems({ concepts }: Question, passages: readonly Passage[]): Found {
  const asked = new Set(concepts.flatMap(({ stems }) => [...stems.keys()]));
  const counts = new Map<string, number>();
  const places = new Map<string, Set<number>>();
  let length = 0;
  let offset = 0;
  for (const { text, weight } of passages) {
    let last = 0;
    for (const word of wordsOf(text)) {
      if (!word.isWhole) length++;
      last = word.place;
      const stem = stemOf(word.text);
      if (!asked.has(stem)) continue;
      counts.set(stem, (counts.get(stem) ?? 0) + weight);
      places.set(stem, (places.get(stem) ?? new Set()).add(offset + word.place));
    }
    offset += last + gap;
  }
  return { counts, places, length };
}

function heldOf({ stems }: Concept, counts: Found['counts'], norm: number): number {
  let best = 0;
  for (const [stem, gain] of stems) {
    const count = counts.get(stem) ?? 0;
    best = Math.max(best, (gain * count) / (count + norm));
  }
  return best;
}

function standTogether(one: Concept, next: Concept, places: Found['places']): boolean {
  for (const stem of one.stems.keys()) {
    for (const place of places.get(stem) ?? []) {
      for (const other of next.stems.keys()) if (places.get(other)?.has(place + 1)) return true;
    }
  }
  return false;
}
