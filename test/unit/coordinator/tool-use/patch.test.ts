import { describe, expect, it } from 'vitest';
import { readPatch } from '../../../../src/coordinator/tool-use/patch.ts';

describe('readPatch', () => {
  it('reads what an apply_patch text does to each file', () => {
    const text = [
      '*** Begin Patch',
      '*** Add File: a.sql',
      '+select 1;',
      '*** Update File: b.sql',
      '*** Move to: c.sql',
      '@@',
      '--- old comment',
      '+++ new comment',
      '  *** Delete File:   d.sql  ',
      '*** End Patch',
    ].join('\r\n');
    expect(readPatch(text).paths).toEqual([
      { path: 'a.sql', access: 'write' },
      { path: 'b.sql', access: 'delete' },
      { path: 'c.sql', access: 'write' },
      { path: 'd.sql', access: 'delete' },
    ]);
  });

  it('reads a unified diff with new, removed and renamed files', () => {
    const text = [
      'diff --git a/x.ts b/x.ts',
      '--- a/x.ts\t2026-01-01',
      '+++ b/x.ts\t2026-01-01',
      '@@ -1 +1 @@',
      '-1',
      '+2',
      '--- a/gone.ts',
      '+++ /dev/null',
      '--- /dev/null',
      '+++ "b/with space.ts"',
      'rename from old.ts',
      'rename to fresh.ts',
    ].join('\n');
    expect(readPatch(text)).toEqual({
      paths: [
        { path: 'x.ts', access: 'write' },
        { path: 'gone.ts', access: 'delete' },
        { path: 'with space.ts', access: 'write' },
        { path: 'old.ts', access: 'delete' },
        { path: 'fresh.ts', access: 'write' },
      ],
      added: '2',
      removed: '1',
    });
  });

  it('finds no paths in any other text', () => {
    expect(readPatch('hello\n+world').paths).toEqual([]);
  });
});
