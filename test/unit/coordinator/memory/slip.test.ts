import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSlip, slipsOf } from '../../../../src/coordinator/memory/slip.ts';

const word = fc.stringMatching(/^[a-e]{4,12}$/);
const letter = fc.constantFrom('a', 'b', 'x');

/** A word, and what one slip of the keyboard makes of it. */
const slipped = fc
  .tuple(word, fc.nat(), letter, fc.constantFrom('left out', 'added', 'wrong', 'swapped'))
  .map(([text, at, other, how]) => {
    const letters = [...text];
    const place = at % letters.length;
    if (how === 'left out') letters.splice(place, 1);
    else if (how === 'added') letters.splice(place, 0, other);
    else if (how === 'wrong') letters[place] = other;
    else letters.push(...letters.splice(place, 2).reverse(), ...letters.splice(place));
    return [text, letters.join('')] as const;
  })
  .filter(([text, other]) => text !== other);

test('a slip is one character too many, missing, wrong, or two that changed places', () => {
  for (const [one, other] of [
    ['lock', 'lok'],
    ['lock', 'locck'],
    ['lock', 'lick'],
    ['lock', 'lokc'],
  ] as const)
    expect(isSlip(one, other)).toBe(true);
  for (const [one, other] of [
    ['lock', 'lock'],
    ['lock', 'look s'],
    ['lock', 'colk'],
    ['migration', 'migrating'],
  ] as const)
    expect(isSlip(one, other)).toBe(false);
});

test('words that differ by a slip have something in common by which one finds the other', () => {
  fc.assert(
    fc.property(slipped, ([one, other]) => {
      expect(isSlip(one, other)).toBe(true);
      expect(isSlip(other, one)).toBe(true);
      fc.pre(other.length >= 4);
      const near = new Set(slipsOf(one));
      expect(slipsOf(other).some(slip => near.has(slip))).toBe(true);
    }),
  );
});

test('short words have none, since half of all short words would be near', () => {
  expect(slipsOf('git')).toEqual([]);
  expect(slipsOf('x'.repeat(25))).toEqual([]);
});
