import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pieces } from '../../../../src/bridge/git/ask.ts';

it('a question is sent in pieces that a request carries, with every file of every commit once', () => {
  const change = fc.record({
    commit: fc.uuid(),
    paths: fc.array(fc.string({ minLength: 1, maxLength: 50 }), { maxLength: 30 }),
    copies: fc.constantFrom(1, 1, 1, 2_000),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), drawn => {
      const changes = drawn.map(({ commit, paths, copies }) => ({
        commit,
        paths: Array.from({ length: copies }, () => paths).flat(),
      }));
      const sent = pieces(changes);
      const flat = (list: readonly { commit?: string; paths: readonly string[] }[]) =>
        list.flatMap(({ commit, paths }) => paths.map(path => `${commit} ${path}`));
      expect(flat(sent.flat())).toEqual(flat(changes));
      for (const piece of sent) expect(Buffer.byteLength(JSON.stringify(piece))).toBeLessThan(900_000);
      expect(sent.length).toBeGreaterThan(0);
    }),
    { numRuns: 30 },
  );
});
