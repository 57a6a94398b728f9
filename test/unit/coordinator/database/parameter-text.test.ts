import fc from 'fast-check';
import { parse } from 'postgres-array';
import { expect, test } from 'vitest';
import { parameterText } from '../../../../src/coordinator/database/parameter-text.ts';

test('what Postgres reads from a parameter is its value', () => {
  expect(parameterText(null)).toBeNull();
  expect(parameterText('it\'s "so" \\')).toBe('it\'s "so" \\');
  expect(parameterText(2 ** 53 - 1)).toBe('9007199254740991');
  expect(parameterText(-0.5)).toBe('-0.5');
  expect(parameterText(10n)).toBe('10');
  expect(parameterText(false)).toBe('false');
  expect(parameterText(new Date('2026-11-21T00:51:02.123Z'))).toBe('2026-11-21T00:51:02.123Z');
  expect(parameterText(new Uint8Array([0, 255]))).toBe('\\x00ff');
  expect(parameterText([])).toBe('{}');
});

test('an array of any texts is read back as it was', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.oneof(fc.string(), fc.constantFrom('NULL', '{}', '\\', '"', ',')))),
      texts => {
        expect(parse(parameterText(texts) ?? '', text => text)).toEqual(texts);
      },
    ),
  );
});
