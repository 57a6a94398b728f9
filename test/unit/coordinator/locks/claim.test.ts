import { describe, expect, test } from 'vitest';
import { defaultSettings, type Settings } from '../../../../src/coordinator/kernel/settings.ts';
import {
  type Claim,
  everywhere,
  type LockMode,
  relationOf,
  scopeOf,
} from '../../../../src/coordinator/locks/claim.ts';
import { parseTarget } from '../../../../src/coordinator/locks/path.ts';

const here = scopeOf({ worktree: '/work/shop', foldsCase: false });
const there = scopeOf({ worktree: '/work/shop-feature', foldsCase: false });

const claim = (sessionId: string, mode: LockMode, scope: string, path = 'src/a.ts'): Claim => ({
  ...parseTarget(path, { worktree: null, foldsCase: false }),
  sessionId,
  agentId: sessionId,
  agentType: 'codex',
  mode,
  scope,
});

const settings = (changes: Partial<Settings>): Settings => ({ ...defaultSettings, ...changes });

describe('a held claim and one that is asked for', () => {
  test.each<[LockMode, string, LockMode, string, Partial<Settings>, string]>([
    ['exclusive', everywhere, 'exclusive', everywhere, {}, 'excludes'],
    ['exclusive', everywhere, 'shared', everywhere, {}, 'excludes'],
    ['shared', everywhere, 'exclusive', everywhere, {}, 'excludes'],
    ['shared', everywhere, 'shared', everywhere, {}, 'none'],
    ['exclusive', here, 'exclusive', here, {}, 'excludes'],
    ['exclusive', here, 'exclusive', there, {}, 'advises'],
    ['exclusive', here, 'exclusive', there, { 'locks.acrossWorktrees': 'exclude' }, 'excludes'],
    ['exclusive', everywhere, 'exclusive', there, {}, 'excludes'],
    ['exclusive', here, 'exclusive', everywhere, {}, 'excludes'],
    ['unsaved', here, 'exclusive', here, {}, 'excludes'],
    ['unsaved', here, 'shared', everywhere, {}, 'excludes'],
    ['unsaved', here, 'exclusive', there, {}, 'advises'],
    ['unsaved', here, 'exclusive', here, { 'locks.unsavedEditors': 'warn' }, 'advises'],
    ['unsaved', here, 'exclusive', here, { 'locks.unsavedEditors': 'off' }, 'none'],
    ['exclusive', everywhere, 'unsaved', here, {}, 'none'],
    ['unsaved', here, 'unsaved', here, {}, 'none'],
  ])('%s in “%s”, then %s in “%s” with %j: %s', (held, heldIn, asked, askedIn, changes, relation) => {
    const given = settings(changes);
    expect(relationOf(claim('ada', held, heldIn), claim('bob', asked, askedIn), given)).toBe(relation);
    expect(relationOf(claim('ada', held, heldIn), claim('ada', asked, askedIn), given)).toBe('none');
    expect(relationOf(claim('ada', held, heldIn), claim('bob', asked, askedIn, 'lib'), given)).toBe('none');
  });
});

test('a scope is a worktree of this machine, told apart by case only where its file system does', () => {
  expect(here).not.toBe(there);
  expect(scopeOf({ worktree: null, foldsCase: false })).toBe(everywhere);
  const shouting = '/WORK/shop';
  expect(scopeOf({ worktree: shouting, foldsCase: true })).toBe(
    scopeOf({ worktree: '/work/shop', foldsCase: true }),
  );
  expect(scopeOf({ worktree: shouting, foldsCase: false })).not.toBe(here);
});
