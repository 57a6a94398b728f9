import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stemOf, wordsOf } from '../../../../src/coordinator/memory/words.ts';

const texts = (text: string) => wordsOf(text).map(word => word.text);

describe('the words of a text', () => {
  test.each([
    ['acquireLock', ['acquirelock', 'acquire', 'lock']],
    ['acquire_lock', ['acquirelock', 'acquire', 'lock']],
    ['acquire-lock', ['acquirelock', 'acquire', 'lock']],
    ['ACQUIRE_LOCK', ['acquirelock', 'acquire', 'lock']],
    ['src/locks/acquire.ts', ['src', 'locks', 'acquire', 'ts']],
    ['C:\\Users\\ada', ['c', 'users', 'ada']],
    ['HTTPServer2', ['httpserver2', 'http', 'server']],
    ['parseJSONBody()', ['parsejsonbody', 'parse', 'json', 'body']],
    ['Array.prototype.flatMap', ['array', 'prototype', 'flatmap', 'flat', 'map']],
    ['SHA256', ['sha256', 'sha', '256']],
    ['e2e', ['e2e']],
    ['ERR_MODULE_NOT_FOUND', ['errmodulenotfound', 'err', 'module', 'found']],
    ['version 1.2.3 of it', ['version', '1.2.3']],
    ["the agent's lock isn't", ['agent', 'lock']],
    ['@electric-sql/pglite', ['electricsql', 'electric', 'sql', 'pglite']],
    ['café RÉSUMÉ', ['cafe', 'resume']],
    ['ロック取得', ['ロッ', 'ック', 'ク取', '取得']],
    ['한국어', ['한국어']],
    ['', []],
    ['… — !!', []],
  ])('%j are %j', (text, words) => {
    expect(texts(text)).toEqual(words);
  });

  test('stand at the places where they stand in the text, an identifier where its first part does', () => {
    expect(wordsOf('call acquireLock again')).toEqual([
      { text: 'call', place: 0, isWhole: false },
      { text: 'acquirelock', place: 1, isWhole: true },
      { text: 'acquire', place: 1, isWhole: false },
      { text: 'lock', place: 2, isWhole: false },
    ]);
  });

  test('are the same however an identifier of them is spelled', () => {
    const part = fc.stringMatching(/^[a-z]{2,8}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 4 }), parts => {
        const capital = (word: string) => word.replace(/^./, first => first.toUpperCase());
        const snake = texts(parts.join('_'));
        expect(texts(parts.join('-'))).toEqual(snake);
        expect(texts(parts.join('_').toUpperCase())).toEqual(snake);
        expect(texts(parts.map(capital).join(''))).toEqual(snake);
        expect(texts([parts[0], ...parts.slice(1).map(capital)].join(''))).toEqual(snake);
      }),
    );
  });

  test('are found in any text at all, none longer than what is a word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), text => {
        for (const word of wordsOf(text)) {
          expect(word.text).not.toBe('');
          expect(word.text.length).toBeLessThanOrEqual(64);
        }
      }),
    );
  });
});

describe('the stem of a word', () => {
  test.each([
    ['migration', 'migrations'],
    ['migrate', 'migrating'],
    ['lock', 'locked'],
    ['dependency', 'dependencies'],
  ])('of %s is that of %s', (one, other) => {
    expect(stemOf(one)).toBe(stemOf(other));
  });

  test('of what is no English word is the word', () => {
    for (const word of ['1.2.3', 'sha256', 'größe', 'ロッ', 'ts']) expect(stemOf(word)).toBe(word);
  });
});
