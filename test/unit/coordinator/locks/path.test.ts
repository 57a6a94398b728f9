import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InterlockError } from '../../../../src/coordinator/kernel/errors.ts';
import {
  basesAbove,
  basesBelow,
  fileTarget,
  foldCase,
  parseTarget,
} from '../../../../src/coordinator/locks/path.ts';

const place = { worktree: '/home/olga/shop', foldsCase: false };
const folding = { worktree: '/Users/olga/Shop', foldsCase: true };

function refusalOf(
  given: string,
  standpoint: { worktree: string | null; foldsCase: boolean } = place,
): InterlockError {
  try {
    parseTarget(given, standpoint);
  } catch (error) {
    if (error instanceof InterlockError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(given)} was accepted`);
}

describe('a path', () => {
  test.each([
    ['src/a.ts', 'src/a.ts'],
    ['./src//a.ts', 'src/a.ts'],
    ['src/../lib/./a.ts', 'lib/a.ts'],
    ['src\\api\\a.ts', 'src/api/a.ts'],
    ['src/api/', 'src/api'],
    ['/home/olga/shop/src/a.ts', 'src/a.ts'],
    ['/home/olga/shop/../shop/src/a.ts', 'src/a.ts'],
    ['file:///home/olga/shop/src/a%20b.ts', 'src/a b.ts'],
    ['a b.ts', 'a b.ts'],
    ['cafe\u0301.ts', 'caf\u00e9.ts'],
    ['app/[id]/(shop)/page.tsx', 'app/[id]/(shop)/page.tsx'],
    ['a{b}.ts', 'a{b}.ts'],
    ['!important.md', '!important.md'],
    ['c:relative', 'c:relative'],
  ])('%j is the file %j', (given, path) => {
    expect(parseTarget(given, place)).toMatchObject({ kind: 'file', path, key: path });
  });

  test.each([
    ['./api:users', 'api:users'],
    ['./file:notes', 'file:notes'],
    ['./c:/a.ts', 'c:/a.ts'],
    ['./api:*.ts', 'api:*.ts'],
  ])('%j stays what it is when it is given back, though it begins like something else', (given, key) => {
    const target = parseTarget(given, place);
    expect(target).toMatchObject({ path: given, key });
    expect(parseTarget(target.path, place)).toEqual(target);
  });

  test('is shown as it was given and told apart without case where the file system folds it', () => {
    expect(parseTarget('Src/README.md', folding)).toMatchObject({
      path: 'Src/README.md',
      key: 'src/readme.md',
    });
    expect(parseTarget('/users/OLGA/shop/a.ts', folding)).toMatchObject({ path: 'a.ts' });
    expect(parseTarget('Src/README.md', place)).toMatchObject({
      key: 'Src/README.md',
      base: '/src/readme.md',
    });
  });

  test('below a Windows worktree is relative to it, whichever way its slashes lean', () => {
    const windows = { worktree: 'C:\\work\\shop', foldsCase: true };
    expect(parseTarget('c:/Work/shop/src/A.ts', windows)).toMatchObject({
      path: 'src/A.ts',
      key: 'src/a.ts',
    });
    expect(refusalOf('C:\\work\\shopping\\a.ts', windows).code).toBe('invalid_file_path');
  });

  test.each([
    ['', 'is blank'],
    [' \t', 'is blank'],
    ['a\nb', 'control character'],
    ['a\u0000b', 'control character'],
    ['..', 'leads out of the repository'],
    ['src/../../etc/passwd', 'leads out of the repository'],
    ['..\\..\\windows', 'leads out of the repository'],
    ['/etc/passwd', 'outside the worktree'],
    ['/home/olga/shopping/a.ts', 'outside the worktree'],
    ['/home/olga/shop/../mail', 'outside the worktree'],
    ['C:\\Windows', 'outside the worktree'],
    ['file://server/share', 'no address of a file'],
    ['api:', 'without a name'],
    ['\ud800', 'half a character'],
    ['x'.repeat(1025), 'longer than 1024 bytes'],
    ['ä'.repeat(600), 'longer than 1024 bytes'],
    ['{a,b}'.repeat(7), 'more than 64 patterns'],
    ['{src,..}/a', 'mixes'],
    ['src/*/../a', 'mixes'],
    ['{,}', 'is blank'],
  ])('%j is refused: it %s', (given, problem) => {
    const error = refusalOf(given);
    expect(error.code).toBe('invalid_file_path');
    expect(error.message).toContain(problem);
    expect(error.message.length).toBeLessThan(500);
    expect(error.next).toBeTruthy();
  });

  test('that is absolute is refused where the caller works in no folder', () => {
    expect(refusalOf('/srv/a.ts', { worktree: null, foldsCase: false }).message).toContain('no worktree');
  });

  test('from a hook is a file, whatever characters its name holds', () => {
    expect(fileTarget('src/a*{b,c}.ts', place)).toMatchObject({ kind: 'file', base: '/src/a*{b,c}.ts' });
    expect(fileTarget('api:users', place)).toMatchObject({ kind: 'file', base: '/api:users' });
    expect(fileTarget('.', place)).toMatchObject({ kind: 'glob', path: '**' });
  });
});

describe('a pattern', () => {
  test.each([
    ['src/**', 'src/**', '/src'],
    ['./src/*/', 'src/*/**', '/src'],
    ['src/api/*.ts', 'src/api/*.ts', '/src/api'],
    ['{src,test}/a.ts', '{src,test}/a.ts', ''],
    ['/home/olga/shop/lib/?.ts', 'lib/?.ts', '/lib'],
    ['**/*.md', '**/*.md', ''],
    ['.', '**', ''],
    ['/home/olga/shop', '**', ''],
    ['src/../**', '**', ''],
  ])('%j is %j, found below %j', (given, path, base) => {
    expect(parseTarget(given, place)).toMatchObject({ kind: 'glob', path, base });
  });
});

describe('a logical key', () => {
  test.each(['api:POST /users', 'db:schema:orders', 'feature:x:pause', 'api:C:\\not\\a\\path', 'x-y_1:*'])(
    '%j is kept as it is, in a space of its own',
    given => {
      expect(parseTarget(given, folding)).toEqual({
        kind: 'key',
        path: given,
        key: given,
        foldsCase: false,
        base: given,
      });
    },
  );
});

describe('folding case', () => {
  test('is the same done twice, and keeps the number of characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const folded = foldCase(text);
        expect(foldCase(folded)).toBe(folded);
        expect([...folded].length).toBe([...text].length);
      }),
    );
  });

  test('makes the spellings of one name one', () => {
    expect(foldCase('ÜBERSICHT ΣΟΦΟΣ')).toBe(foldCase('übersicht σοφος'));
  });
});

describe('bases', () => {
  test('lead from a path to all that contains it, and to all below it', () => {
    expect(basesAbove('/src/api/a.ts')).toEqual(['', '/src', '/src/api', '/src/api/a.ts']);
    expect(basesAbove('')).toEqual(['']);
    expect(basesAbove('api:x/y')).toEqual(['api:x/y']);
    expect(basesBelow('/src')).toEqual(['/src/', '/src0']);
    expect(basesBelow('')).toEqual(['/', '0']);
    expect(basesBelow('api:x')).toBeUndefined();
  });
});

function readOrRefused(given: string, standpoint: { worktree: string; foldsCase: boolean }) {
  try {
    return parseTarget(given, standpoint);
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_file_path' });
    return undefined;
  }
}

test('whatever text comes in, it is refused as invalid or read the same the second time', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom('a', '/', '\\', '.', '*', '?', '{', '}', ',', ':', ' '),
      maxLength: 30,
    }),
  );
  fc.assert(
    fc.property(text, fc.boolean(), (given, foldsCase) => {
      const standpoint = { worktree: '/w', foldsCase };
      const target = readOrRefused(given, standpoint);
      const again = target && readOrRefused(target.path, standpoint);
      if (again) expect(again).toEqual(target);
    }),
    { numRuns: 2_000 },
  );
});
