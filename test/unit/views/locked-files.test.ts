import { describe, expect, test } from 'vitest';
import { lockedFiles } from '../../../src/views/locked-files.ts';
import { aLock, aWindow } from '../../support/window-state.ts';

const locksOn = (file: string, ...locks: Parameters<typeof aLock>[0][]) =>
  lockedFiles(aWindow({ locks: locks.map(lock => aLock(lock)) }))
    .locksOf(file)
    .map(({ file_path }) => file_path);

describe('a file of this machine', () => {
  test('is under the locks that cover it: its own, those of its folders, and patterns', () => {
    const locks = [{}, { file_path: 'src' }, { file_path: 'src/*.js', kind: 'glob' }] as const;
    expect(locksOn('/repo/src/orders.js', ...locks)).toEqual(['src/orders.js', 'src', 'src/*.js']);
    expect(locksOn('/repo/test/orders.js', ...locks)).toEqual([]);
  });

  test('is under no lock of another worktree, and under those that hold everywhere', () => {
    expect(locksOn('/repo/src/orders.js', { worktree: '/elsewhere' })).toEqual([]);
    expect(locksOn('/repo/src/orders.js', { worktree: '/repo' })).toHaveLength(1);
  });

  test('outside the worktree is nobody’s concern', () => {
    for (const file of ['/repository/src/orders.js', '/repo', '/', '/other'])
      expect(locksOn(file, { file_path: '**', kind: 'glob' })).toEqual([]);
  });

  test('may have a name that reads like a pattern', () => {
    expect(locksOn('/repo/a*.js', { file_path: 'a*.js' })).toEqual(['a*.js']);
    expect(locksOn('/repo/abc.js', { file_path: 'a*.js' })).toEqual([]);
  });

  test('is never under a logical key, nor under anything with a path too long to be locked', () => {
    expect(locksOn('/repo/src', { file_path: 'api:src', kind: 'key' })).toEqual([]);
    expect(locksOn(`/repo/${'x'.repeat(2000)}`, { file_path: '**', kind: 'glob' })).toEqual([]);
  });

  test('is found through a link by which its folder was opened', () => {
    const { folders } = aWindow({ locks: [aLock()] });
    const linked = folders.map(folder => ({ ...folder, folder: '/link', realFolder: '/repo' }));
    const files = lockedFiles(aWindow({}, { folders: linked }));
    expect(files.locksOf('/link/src/orders.js')).toHaveLength(1);
    expect(files.locksOf('/repo/src/orders.js')).toHaveLength(1);
    expect(files.locksOf('/linked/src/orders.js')).toEqual([]);
  });
});
