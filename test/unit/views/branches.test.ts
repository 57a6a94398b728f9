import { describe, expect, test } from 'vitest';
import { outdated, regrow } from '../../../src/views/branches.ts';
import type { Row } from '../../../src/views/row.ts';

const row = (id: string, label = id, children?: readonly Row[]): Row => ({
  id,
  label,
  ...(children ? { children } : {}),
});

describe('drawing rows again', () => {
  test('is not needed where nothing looks different', () => {
    const { branches } = regrow([], [row('a'), row('b', 'b', [row('c')])]);
    const again = regrow(branches, [row('a'), row('b', 'b', [row('c')])]);
    expect(again.redraw).toEqual([]);
    expect(again.branches[0]).toBe(branches[0]);
  });

  test('is needed for the row that changed, and for no other', () => {
    const { branches } = regrow([], [row('a'), row('b', 'b', [row('c'), row('d')])]);
    const again = regrow(branches, [row('a'), row('b', 'b', [row('c', 'new'), row('d')])]);
    expect(again.redraw).toEqual([branches[1]?.children[0]]);
    expect(branches[1]?.children[0]?.row.label).toBe('new');
  });

  test('is needed for a row when rows below it come or go', () => {
    const { branches } = regrow([], [row('a', 'a', [row('b')])]);
    expect(regrow(branches, [row('a', 'a', [row('b'), row('c')])]).redraw).toEqual([branches[0]]);
  });

  test('is needed for all when rows at the top come, go or change places', () => {
    const { branches } = regrow([], [row('a'), row('b')]);
    expect(regrow(branches, [row('b'), row('a')]).redraw).toBe('all');
    expect(regrow(branches, [row('a')]).redraw).toBe('all');
  });

  test('knows each row by its place', () => {
    const { branches } = regrow([], [row('a', 'a', [row('b')])]);
    expect(branches[0]?.children[0]?.parent).toBe(branches[0]);
  });
});

describe('an editor that was given rows', () => {
  const drawn = () =>
    regrow([], [row('a', 'a', [row('b', 'b', [row('c')])]), row('d', 'd', [row('e')])]).branches;

  test('is behind where other rows have come since, and nowhere else', () => {
    const before = drawn();
    const given = new Map(before.map(branch => [branch, branch.children]));
    expect(outdated(before, given)).toEqual([]);
    const { branches } = regrow(before, [
      row('a', 'a', [row('b'), row('x')]),
      row('d', 'd', [row('e', 'new')]),
    ]);
    expect(outdated(branches, given)).toEqual([branches[0]]);
  });

  test('is behind with rows further down, too', () => {
    const before = drawn();
    const given = new Map(
      [...before, ...(before[0]?.children ?? [])].map(branch => [branch, branch.children]),
    );
    const { branches } = regrow(before, [row('a', 'a', [row('b', 'b', [])]), row('d', 'd', [row('e')])]);
    expect(outdated(branches, given)).toEqual([branches[0]?.children[0]]);
  });

  test('is not behind with what it has not asked for', () => {
    const { branches } = regrow(drawn(), [row('a', 'a', [])]);
    expect(outdated(branches, new Map())).toEqual([]);
  });
});
