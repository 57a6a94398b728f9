import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchOf } from '../../../../src/coordinator/memory/match.ts';
import { questionOf, readingsOf } from '../../../../src/coordinator/memory/question.ts';
import { stemOf } from '../../../../src/coordinator/memory/words.ts';

/** A question to a thousand memories, of which so many hold each word. */
function ask(text: string, holding: Record<string, number>) {
  const documents = new Map(Object.entries(holding).map(([word, count]) => [stemOf(word), count]));
  return questionOf(readingsOf(text), { memories: 1_000, documents }, new Map());
}

const match = (question: ReturnType<typeof ask>, text: string) => matchOf(question, [{ text, weight: 1 }]);

describe('how well a text matches a question', () => {
  const question = ask('the parser fails on windows', { parser: 10, fail: 400, windows: 20 });

  test('is nothing where no word of it is there', () => {
    expect(match(question, 'quite another thing')).toBe(0);
    expect(match(ask('what is it', {}), 'what is it')).toBe(0);
  });

  test('grows with each word of it, a rare one more than a common one', () => {
    expect(match(question, 'a parser')).toBeGreaterThan(match(question, 'a failure'));
    expect(match(question, 'a parser on windows')).toBeGreaterThan(match(question, 'a parser'));
  });

  test('grows with repetition, but less than with another word', () => {
    const twice = match(question, 'parser and parser');
    expect(twice).toBeGreaterThan(match(question, 'parser and thing'));
    expect(twice).toBeLessThan(match(question, 'parser and windows'));
  });

  test('is better where words stand side by side as asked', () => {
    const lock = ask('force release', { force: 50, release: 50 });
    expect(match(lock, 'the force release of it')).toBeGreaterThan(match(lock, 'the release of the force'));
  });

  test('is worse in a long text', () => {
    expect(match(question, `parser ${'word '.repeat(500)}`)).toBeLessThan(match(question, 'parser word'));
  });

  test('counts a word in a heading more', () => {
    const parser = (weight: number) => matchOf(question, [{ text: 'parser', weight }]);
    expect(parser(2)).toBeGreaterThan(parser(1));
  });

  test('is from 0 to 1, whatever is asked of whatever', () => {
    const words = fc.array(fc.constantFrom('parser', 'fail', 'windows', 'acquireLock', 'db', 'x', 'the'), {
      maxLength: 12,
    });
    const holding = fc.dictionary(
      fc.constantFrom('parser', 'fail', 'windows', 'acquirelock', 'acquire', 'lock', 'database', 'db'),
      fc.integer({ min: 1, max: 3_000 }),
    );
    fc.assert(
      fc.property(words, words, holding, (asked, held, counts) => {
        const found = match(ask(asked.join(' '), counts), held.join(' '));
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a question', () => {
  test('reads what programmers abbreviate', () => {
    expect(match(ask('db connection', { database: 5 }), 'The database')).toBeGreaterThan(0);
    expect(match(ask('database', { db: 5 }), 'the db')).toBeGreaterThan(0);
  });

  test('takes a word for less sure where it is not the word itself', () => {
    const db = ask('database', { database: 5, db: 5 });
    expect(match(db, 'the db')).toBeLessThan(match(db, 'the database'));
  });
});
