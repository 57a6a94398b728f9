import { stemmer } from 'stemmer';

/** A word of a text, in lower case and without accents. */
export interface Word {
  readonly text: string;
  /** Words of one place are readings of one thing: `acquireLock` is `acquirelock`, and `acquire` followed by `lock`. */
  readonly place: number;
  /** True for an identifier of several words, read as one. */
  readonly isWhole: boolean;
}

/** What holds an identifier, a path or a version together, and what may stand within it. */
const chunk = /[\p{L}\p{N}]+(?:[-._/\\:@#$'\u2019]+[\p{L}\p{N}]+)*/gu;
/** What separates identifiers within a path or a qualified name. */
const betweenIdentifiers = /[./\\:@#$]+/u;
/** What separates words within an identifier. An apostrophe separates the ending, which says nothing. */
const withinIdentifier = /[-_]+/u;
/** `HTTPServer2` is HTTP, Server and 2. */
const camelParts = /\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|\p{N}+|\p{L}+/gu;
/** Scripts that put no space between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{2,}/u;
const version = /^\d+(?:\.\d+)+$/;

/** Longer runs of letters are no words: keys, hashes, encoded data. */
const longestWord = 64;

/**
 * The words of a text in their order: those of prose, and those that identifiers, paths and codes are made of
 * (`acquireLock`, `acquire_lock`, `acquire-lock` and `src/locks/acquire.ts` all hold `acquire`; `ERR_CODES` holds `err`
 * and `codes`). Words that carry no meaning of their own are left out; they still take a place.
 */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let place = 0;
  const add = (text: string, place: number, isWhole: boolean): void => {
    if (text.length <= longestWord && !emptyWords.has(text)) words.push({ text, place, isWhole });
  };
  for (const [found] of withoutAccents(text).matchAll(chunk)) {
    if (version.test(found)) {
      add(found, place++, false);
      continue;
    }
    for (const identifier of found
      .replaceAll(/['\u2019]\p{Ll}{0,2}(?![\p{L}\p{N}])/gu, '')
      .split(betweenIdentifiers)) {
      const parts = partsOf(identifier);
      if (parts.length > 1 && !unspaced.test(identifier)) add(parts.join(''), place, true);
      for (const part of parts) {
        // A single letter or digit says something only within its identifier.
        if (part.length > 1 || parts.length === 1) add(part, place, false);
        place++;
      }
    }
  }
  return words;
}

function partsOf(identifier: string): string[] {
  return identifier.split(withinIdentifier).flatMap(segment => {
    if (unspaced.test(segment)) return pairsOf(segment);
    return [...segment.matchAll(camelParts)].map(([part]) => part.toLowerCase());
  });
}

function pairsOf(segment: string): string[] {
  const characters = [...segment.toLowerCase()];
  return characters.slice(1).map((second, index) => `${characters[index]}${second}`);
}

function withoutAccents(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').normalize('NFC');
}

const english = /^[a-z]{3,}$/;

/** What the forms of an English word have in common (Porter, “An algorithm for suffix stripping”, 1980). */
export function stemOf(word: string): string {
  return english.test(word) ? stemmer(word) : word;
}

/** Words that are in nearly every text and tell none from another. */
const emptyWords: ReadonlySet<string> = new Set(
  `a about after again all also am an and any are as at be because been before being but by can cannot could did do
  does doing don done else ever for from get gets got had has have having he her here him his how i if in into is isn
  it its just let like make makes many may me might more most much must my no nor not of off on once one only or other
  our out over own same she should so some still such than that the their them then there these they this those though
  through to too up us use used uses using very was we were what when where whether which while who whom whose why will
  with within without would you your`.split(/\s+/),
);
