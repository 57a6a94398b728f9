import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAsset } from '../../../../src/coordinator/assets.ts';
import { createGuard, type Guard } from '../../../../src/coordinator/guardrails/engine.ts';

const home = '/home/ann/.local/share/interlock';
const context = {
  trust: 2 as const,
  cwd: '/repo',
  home: '/home/ann',
  protectedPaths: [home],
  protectedProcesses: [4711],
};

describe('reaching for Interlock itself', () => {
  let guard: Guard;
  beforeAll(async () => {
    guard = await createGuard({ asset: readAsset });
  });
  const rulesFor = async (text: string) =>
    (await guard.judge({ command: { text, cwd: '/repo' } }, context)).violations.map(
      ({ category }) => category,
    );

  it.each([
    `curl --unix-socket ${home}/current.sock http://interlock/api/v1/end_session`,
    'curl --unix-socket "$HOME/.local/share/interlock/current.sock" http://interlock/',
    'nc -U ~/.local/share/interlock/run/1-a.sock',
    'socat - UNIX-CONNECT:/home/ann/.local/share/interlock/run/1-a.sock',
    'ln -s ~/.local/share/interlock /tmp/there',
    'chmod 000 ~/.local/share/interlock',
    'sqlite3 ~/.local/share/interlock/store/x',
    'docker run -v ~/.local/share/interlock:/x alpine ls /x',
    'D=~/.local/share; nc -U "$D/interlock/current.sock"',
    'kill -9 4711',
    'kill 4711',
  ])('%s is asked about', async text => {
    expect(await rulesFor(text)).toContain('self_protection');
  });

  it.each([
    'ls ~/.local/share/interlock',
    'echo ~/.local/share/interlock',
    'kill -9 4712',
    'ls ~/.local/share/interlock-notes | xargs cat',
    'curl --unix-socket /var/run/docker.sock http://x/info',
  ])('%s is not', async text => {
    expect(await rulesFor(text)).not.toContain('self_protection');
  });
});

describe('an edit tool that reaches for what watches over agents', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'own-places-')));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let guard: Guard;
  beforeAll(async () => {
    guard = await createGuard({ asset: readAsset });
    for (const folder of ['work/.claude', 'work/src', 'work/.githooks', 'store']) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    writeFileSync(join(root, 'work/.claude/settings.json'), '{}');
    writeFileSync(join(root, 'work/.githooks/pre-commit'), '#!/bin/sh\n# >>> interlock >>>\n');
    symlinkSync('.claude/settings.json', join(root, 'work/file-link'));
    symlinkSync('.claude', join(root, 'work/folder-link'));
    symlinkSync('folder-link', join(root, 'work/link-to-link'));
    symlinkSync('.codex/hooks.json', join(root, 'work/link-to-nothing-yet'));
    symlinkSync('loop', join(root, 'work/loop'));
    symlinkSync('../store', join(root, 'work/to-store'));
    symlinkSync('../work', join(root, 'work/src/back'));
  });
  const categories = async (path: string, access: 'read' | 'write' | 'delete' = 'write') => {
    const context = { trust: 4 as const, cwd: join(root, 'work'), protectedPaths: [join(root, 'store')] };
    const { violations } = await guard.judge({ paths: [{ path, access }] }, context);
    return violations.map(({ category }) => category);
  };

  it.each([
    '.claude/settings.json',
    'src/../.claude/settings.local.json',
    'file-link',
    'folder-link/settings.json',
    'link-to-link/settings.local.json',
    'link-to-nothing-yet',
    'to-store/store.sock',
    '.githooks/pre-commit',
    'work.code-workspace/../.vscode/settings.json',
  ])('asks about a write of %s at every trust', async path => {
    expect(await categories(path)).toEqual(['self_protection']);
  });

  it.each(['file-link', 'folder-link', 'to-store', '.githooks/pre-commit'])(
    'asks about a deletion of %s',
    async path => {
      expect(await categories(path, 'delete')).toContain('self_protection');
    },
  );

  it.each(['src/a.ts', 'src/back/src/a.ts', 'loop', 'link-to-link/notes.md', '.githooks/commit-msg'])(
    'lets %s be written',
    async path => {
      expect(await categories(path)).toEqual([]);
    },
  );

  it('lets settings be read, and not the store', async () => {
    expect(await categories('file-link', 'read')).toEqual([]);
    expect(await categories('to-store/x', 'read')).toEqual(['self_protection']);
  });
});
