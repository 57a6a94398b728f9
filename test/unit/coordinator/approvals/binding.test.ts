import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bound, hashOfContent } from '../../../../src/coordinator/approvals/binding.ts';

const hex = (content: unknown) => Buffer.from(hashOfContent(content)).toString('hex');

/** The value as it comes out of JSON, which knows no -0. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The same value with the members of every object in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, reordered(member)] as const)
      .reverse(),
  );
}

describe('the hash of a content', () => {
  test('is SHA-256 of its canonical JSON', () => {
    // printf '{"a":[1,"é"],"b":null}' | sha256sum
    expect(hex({ b: null, a: [1, 'é'] })).toBe(
      '1e02bc81a26af2f027329541e97eef36f3290bedc6dfe043dbe66b057ecb13ba',
    );
  });

  test('does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(hex(reordered(value))).toBe(hex(value));
      }),
    );
  });

  test('differs for contents that differ', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        fc.pre(!isDeepStrictEqual(asJson(one), asJson(other)));
        expect(hex(one)).not.toBe(hex(other));
      }),
    );
  });

  test('is not made of what is no JSON', () => {
    expect(() => hashOfContent(undefined)).toThrow();
    expect(() => hashOfContent({ much: Number.NaN })).toThrow();
  });
});

describe('a bound resource', () => {
  test('keeps an id that an index holds, and of a longer one the beginning and the hash', () => {
    expect(bound({ type: 'File', id: 'src/a.ts' })).toEqual({ type: 'File', id: 'src/a.ts' });
    const { id } = bound({ type: 'Tool', id: 'x'.repeat(5_000) });
    expect(id).toMatch(/^x{200}… sha256:[0-9a-f]{64}$/);
  });

  test('shows no credential, and still keeps ids apart that differ in it', () => {
    const [one, other] = ['aaaa', 'bbbb'].map(
      key => bound({ type: 'Tool', id: `publish --token ${key}` }).id,
    );
    expect(one).toMatch(/^publish --token \[redacted\]… sha256:/);
    expect(one).not.toBe(other);
  });

  test('stays within the column, and keeps different ids different', () => {
    const long = fc
      .string({ unit: 'binary', minLength: 1_000, maxLength: 1_400 })
      .map(text => text.toWellFormed());
    fc.assert(
      fc.property(long, long, (one, other) => {
        const ids = [one, other].map(id => bound({ type: 'Tool', id }).id);
        for (const id of ids) {
          expect(Buffer.byteLength(id)).toBeLessThanOrEqual(1024);
          expect(id.isWellFormed()).toBe(true);
        }
        expect(ids[0] === ids[1]).toBe(one === other);
      }),
    );
  });
});
