import { expect, test } from 'vitest';
import { createStatementNames } from '../../../../src/coordinator/database/prepared.ts';

test('a text has one name, and no other text has it', () => {
  const nameOf = createStatementNames();
  const names = ['select 1', 'select 2', 'select 3'].map(nameOf);
  expect(new Set(names).size).toBe(3);
  expect(['select 1', 'select 2', 'select 3'].map(nameOf)).toEqual(names);
});

test('texts without end get no names without end', () => {
  const nameOf = createStatementNames();
  const first = nameOf('select 0');
  const names = Array.from({ length: 5_000 }, (_, n) => nameOf(`select ${n}`));
  expect(new Set(names.filter(name => name !== undefined)).size).toBe(1_000);
  expect(nameOf('select 0')).toBe(first);
  expect(nameOf('select 4999')).toBeUndefined();
});
