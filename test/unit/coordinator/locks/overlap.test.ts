import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { covers, isSameTarget, overlaps } from '../../../../src/coordinator/locks/overlap.ts';
import {
  basesAbove,
  basesBelow,
  fileTarget,
  parseTarget,
  type Target,
} from '../../../../src/coordinator/locks/path.ts';

const place = { worktree: null, foldsCase: false };
const folding = { worktree: null, foldsCase: true };
const target = (text: string): Target => parseTarget(text, place);

describe('two targets', () => {
  test.each([
    ['src/a.ts', 'src/a.ts', true],
    ['src/a.ts', 'src/b.ts', false],
    ['src/a.ts', 'src/A.ts', false],
    ['src', 'src/api/a.ts', true],
    ['src/', 'src/api/a.ts', true],
    ['src', 'srcs/a.ts', false],
    ['src/api/**', 'src/api/users.ts', true],
    ['src/api/**', 'src/api', true],
    ['src/api/**', 'src', true],
    ['src/api/**', 'src/apis/a.ts', false],
    ['src/*.ts', 'src/deep/a.ts', false],
    ['src/*/', 'src/deep/er/a.ts', true],
    ['src/*.ts', 'src', true],
    ['**/*.test.ts', 'src/**', true],
    ['src/*.ts', 'src/a*', true],
    ['src/*.ts', 'src/*.js', false],
    ['{src,lib}/*.ts', 'lib/a.ts', true],
    ['{src,lib}/*.ts', 'test/a.ts', false],
    ['{src,lib}', 'lib/a.ts', true],
    ['{src,lib}/{a,b{1,2}}.ts', 'lib/b2.ts', true],
    ['src/.env*', 'src/*', true],
    ['app/[id]/page.tsx', 'app/i/page.tsx', false],
    ['app/[id]/page.tsx', 'app/*/page.tsx', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['**', 'anything/at/all', true],
    ['**', 'api:POST /users', false],
    ['api:POST /users', 'api:POST /users', true],
    ['api:POST /users', 'api:POST /Users', false],
    ['api:*', 'api:POST', false],
  ])('%s and %s overlap: %s', (one, other, expected) => {
    expect(overlaps(target(one), target(other))).toBe(expected);
    expect(overlaps(target(other), target(one))).toBe(expected);
  });

  test('that differ in case alone overlap where either side’s file system folds case', () => {
    const readme = parseTarget('README.md', place);
    expect(overlaps(readme, parseTarget('readme.md', place))).toBe(false);
    expect(overlaps(readme, parseTarget('readme.md', folding))).toBe(true);
    expect(overlaps(parseTarget('READ*', place), parseTarget('readme.md', folding))).toBe(true);
    expect(isSameTarget(readme, parseTarget('Readme.md', folding))).toBe(true);
    expect(isSameTarget(readme, parseTarget('Readme.md', place))).toBe(false);
    expect(isSameTarget(fileTarget('a*', place), parseTarget('a*', place))).toBe(false);
  });

  test('are judged in time that grows with the product of their lengths, however hostile they are', () => {
    const one = target(`${'a*'.repeat(500)}b`);
    const other = target(`${'*a'.repeat(500)}c`);
    const started = performance.now();
    expect(overlaps(one, other)).toBe(false);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

describe('a target covers a path', () => {
  test.each([
    ['src', 'src/a.ts', true],
    ['src/a.ts', 'src', false],
    ['src/**', 'src/deep/a.ts', true],
    ['src/a/*.ts', 'src/a', false],
    ['src/*.ts', 'src/a.ts', true],
    ['{src,lib}', 'lib/a.ts', true],
  ])('%s %s: %s', (one, path, expected) => {
    expect(covers(target(one), fileTarget(path, place))).toBe(expected);
  });
});

/** Every path up to four folders deep of names that the patterns below tell apart. */
const universe = pathsOf(['a', 'b', 'ab'], 4);
const pattern = fc
  .array(fc.constantFrom('a', 'b', '*', '**', '?', 'a*', '*b', 'a?', '?b', '{a,b}', '{a,ab}', '{a/b,b}'), {
    minLength: 1,
    maxLength: 3,
  })
  .map(segments => segments.join('/'));
/** Each alternative of such a pattern has a wildcard, so that what it matches is what picomatch says and nothing below it. */
const wildPattern = pattern.filter(text => /[*?]/.test(text));
const name = fc.string({ unit: fc.constantFrom('a', 'b', '?', '*'), minLength: 1, maxLength: 5 });
const names = stringsOf(['a', 'b'], 10);

describe('overlap, against picomatch', () => {
  test('of two globs is true exactly where some path matches both', () => {
    fc.assert(
      fc.property(wildPattern, wildPattern, (one, other) => {
        const [matchesOne, matchesOther] = [matcher(one), matcher(other)];
        const witness = universe.find(path => matchesOne(path) && matchesOther(path));
        expect(overlaps(target(one), target(other)), witness).toBe(witness !== undefined);
      }),
      { numRuns: 2_000 },
    );
  });

  test('of a glob and a file is true exactly where the file or something below it matches', () => {
    fc.assert(
      fc.property(wildPattern, fc.constantFrom(...pathsOf(['a', 'b', 'ab'], 2)), (glob, file) => {
        const matches = matcher(glob);
        const witness = universe.find(
          path => (path === file || path.startsWith(`${file}/`)) && matches(path),
        );
        expect(overlaps(target(glob), fileTarget(file, place)), witness).toBe(witness !== undefined);
        expect(covers(target(glob), fileTarget(file, place))).toBe(matches(file));
      }),
      { numRuns: 1_000 },
    );
  });

  test('of two names with wildcards is true exactly where some name matches both', () => {
    const wild = name.filter(text => text !== '**' && /[*?]/.test(text));
    fc.assert(
      fc.property(wild, wild, (one, other) => {
        const [matchesOne, matchesOther] = [matcher(one), matcher(other)];
        const witness = names.find(path => matchesOne(path) && matchesOther(path));
        expect(overlaps(target(`d/${one}`), target(`d/${other}`)), witness).toBe(witness !== undefined);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is found by the bases that the database is asked for', () => {
    fc.assert(
      fc.property(pattern, pattern, fc.boolean(), (one, other, folds) => {
        const a = parseTarget(one, folds ? folding : place);
        const b = parseTarget(other, place);
        if (!overlaps(a, b)) return;
        const below = basesBelow(a.base);
        const found =
          basesAbove(a.base).includes(b.base) || (below && b.base >= below[0] && b.base < below[1]);
        expect(found).toBe(true);
      }),
    );
  });
});

/** For picomatch `src/**` matches `src`, but `s*` + `/**` does not; for a lock `**` stands for nothing in both. */
function matcher(glob: string): (path: string) => boolean {
  const spellings = [glob];
  while (spellings[0]?.endsWith('/**')) spellings.unshift(spellings[0].slice(0, -3));
  return picomatch(spellings, { dot: true, nobracket: true, noextglob: true, nonegate: true });
}

function pathsOf(segments: readonly string[], depth: number): readonly string[] {
  let layer: readonly string[] = segments;
  const all = [...layer];
  for (let level = 1; level < depth; level++) {
    layer = layer.flatMap(path => segments.map(segment => `${path}/${segment}`));
    all.push(...layer);
  }
  return all;
}

function stringsOf(alphabet: readonly string[], length: number): readonly string[] {
  let layer: readonly string[] = alphabet;
  const all = [...layer];
  for (let n = 1; n < length; n++) {
    layer = layer.flatMap(text => alphabet.map(letter => text + letter));
    all.push(...layer);
  }
  return all;
}
