import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distinctProjects, withNewest } from '../../../src/extension/project-state.ts';
import { aProject, aRecord } from '../../support/window-state.ts';

const records = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, index) => aRecord({ sequence: from - index }));
const sequences = (page: ReturnType<typeof withNewest>) => page.records.map(({ sequence }) => sequence);

describe('the record as far as it was read', () => {
  test('grows by the newest page', () => {
    const page = withNewest(
      { records: records(5, 1), hasOlder: false },
      { records: records(7, 5), hasOlder: true },
    );
    expect(sequences(page)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(page.hasOlder).toBe(false);
  });

  test('begins anew where records between are missing', () => {
    const newest = { records: records(20, 18), hasOlder: true };
    expect(withNewest({ records: records(5, 1), hasOlder: false }, newest)).toEqual(newest);
  });

  test('never has a gap, whatever was read before', () => {
    const page = fc
      .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 30 }))
      .map(([last, more]) => ({ records: records(last + more, last), hasOlder: last > 1 }));
    fc.assert(
      fc.property(page, page, (before, newest) => {
        const shown = sequences(withNewest(before, newest));
        return shown.every((sequence, index) => index === 0 || sequence === (shown[index - 1] ?? 0) - 1);
      }),
    );
  });
});

test('two folders of one project are one project; folders not known yet are their own', () => {
  const known = aProject();
  const second = { ...known, folder: '/repo/sub' };
  const unknown = aProject({ folder: '/other', project: undefined });
  expect(distinctProjects([known, second, unknown])).toEqual([known, unknown]);
});
