import type { Queryable } from '../database/port.ts';
import { relatedTo } from './thesaurus.ts';
import { lookUp, type Neighbour, neighboursOf, type Vocabulary } from './vocabulary.ts';
import { stemOf, type Word, wordsOf } from './words.ts';

/** One thing that a question asks for. */
export interface Concept {
  /** How much it tells, in nats: what few memories hold tells much. */
  readonly weight: number;
  /** What it counts for, in nats, that a text holds one of these stems. Those that no memory holds are left out. */
  readonly stems: ReadonlyMap<string, number>;
  /** Which concept follows in the question with no word between them. */
  readonly next: number | undefined;
}

/** A question in the terms of those that it is asked of. */
export interface Question {
  readonly concepts: readonly Concept[];
  /** In how many memories a stem is, about. */
  readonly documents: ReadonlyMap<string, number>;
}

/** Words of a question that are read; of a longer one those that come first. */
const mostWords = 200;

/** How surely another word speaks of what was asked for. Chosen on the development half of the recall bench. */
const sureness = { joined: 0.9, slip: 0.8, beginning: 0.5 };
/** An identifier as a whole counts less than a word as rare, since its parts count beside it. */
const wholeShare = 0.5;

/**
 * Reads a question in the words of the project's memories: other forms of a word, abbreviations, two words that others
 * write as one, and, for a word that no memory holds, those it may have been meant for.
 */
export async function understand(tx: Queryable, projectId: string, text: string): Promise<Question> {
  const readings = readingsOf(text);
  const asked = readings.flatMap(({ stems }) => [...stems.keys()]);
  const vocabulary = await lookUp(tx, projectId, [...new Set(asked)]);
  const unknown = readings.filter(
    ({ word, stems }) => !word.isWhole && ![...stems.keys()].some(stem => vocabulary.documents.has(stem)),
  );
  const neighbours = await neighboursOf(tx, projectId, [...new Set(unknown.map(({ word }) => word.text))]);
  return questionOf(readings, vocabulary, neighbours);
}

interface Reading {
  readonly word: Word;
  readonly stem: string;
  /** Stems that may speak of it, and how surely, 0 to 1. */
  readonly stems: ReadonlyMap<string, number>;
}

/** Each word of the question once, by its stem, where it comes first. */
export function readingsOf(text: string): Reading[] {
  const words = wordsOf(text).slice(0, mostWords);
  const single = new Map(words.filter(word => !word.isWhole).map(word => [word.place, word]));
  const readings = new Map<string, Reading>();
  for (const word of words) {
    const stem = stemOf(word.text);
    if (readings.has(stem)) continue;
    const stems = new Map([[stem, 1]]);
    const [before, after] = [single.get(word.place - 1), single.get(word.place + 1)];
    if (!word.isWhole) {
      for (const [other, surely] of relatedTo(stem)) stems.set(other, surely);
      if (before) stems.set(stemOf(before.text + word.text), sureness.joined);
      if (after) stems.set(stemOf(word.text + after.text), sureness.joined);
    }
    readings.set(stem, { word, stem, stems });
  }
  return [...readings.values()];
}

/** The question that the readings make, as far as the vocabulary knows its words. */
export function questionOf(
  readings: readonly Reading[],
  vocabulary: Vocabulary,
  neighbours: ReadonlyMap<string, readonly Neighbour[]>,
): Question {
  const documents = new Map(vocabulary.documents);
  for (const { stem, documents: count } of [...neighbours.values()].flat()) documents.set(stem, count);
  const known = readings.filter(({ word, stem }) => !word.isWhole || documents.has(stem));
  const concepts = known.map(({ word, stem, stems }) => {
    const near = (neighbours.get(word.text) ?? []).map(
      other => [other.stem, other.word.startsWith(word.text) ? sureness.beginning : sureness.slip] as const,
    );
    const sure = new Map([...near, ...stems].filter(([other]) => documents.has(other)));
    const rarest = Math.min(...[...sure.keys()].map(other => documents.get(other) ?? 0));
    const share = word.isWhole ? wholeShare : 1;
    const weight =
      share * weightOf(documents.get(stem) ?? (sure.size === 0 ? 0 : rarest), vocabulary.memories);
    const next = known.findIndex(other => !other.word.isWhole && other.word.place === word.place + 1);
    return {
      weight,
      stems: new Map(
        [...sure].map(([other, surely]) => [
          other,
          surely * Math.min(weight, weightOf(documents.get(other) ?? 0, vocabulary.memories)),
        ]),
      ),
      next: word.isWhole || next < 0 ? undefined : next,
    };
  });
  return { concepts, documents };
}

/** How much it tells that a memory holds a word that so many of them hold: the weight of BM25, never below zero. */
function weightOf(documents: number, memories: number): number {
  const holding = Math.min(documents, memories);
  return Math.log(1 + (memories - holding + 0.5) / (holding + 0.5));
}
