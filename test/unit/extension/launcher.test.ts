import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hookLauncherIn, launcherIn, updateLauncher } from '../../../src/extension/launcher.ts';

describe('the launcher', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'interlock-launcher-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  test('runs the bridge of the version that was started last', async () => {
    for (const version of ['1', '2']) {
      const bridge = path.join(home, `bridge ${version}.mjs`);
      await writeFile(bridge, `console.log('version ${version}', process.argv.slice(2).join())`);
      await updateLauncher(home, bridge);
    }
    const { stdout } = await promisify(execFile)(process.execPath, [launcherIn(home), 'mcp', '--x']);
    expect(stdout.trim()).toBe('version 2 mcp,--x');
  });

  test.skipIf(process.platform === 'win32')('runs the hook of that version under a shell', async () => {
    await writeFile(path.join(home, 'hook.sh'), 'echo "$@"');
    await updateLauncher(home, path.join(home, 'bridge.js'));
    const { stdout } = await promisify(execFile)('sh', [hookLauncherIn(home), 'hook', 'claude', 'Stop']);
    expect(stdout.trim()).toBe('hook claude Stop');
  });

  test.skipIf(process.platform === 'win32')(
    'denies tool calls, and nothing else, where the extension is gone',
    async () => {
      await updateLauncher(home, path.join(home, "gone isn't here", 'bridge.js'));
      const run = (harness: string, event: string) =>
        promisify(execFile)('sh', [hookLauncherIn(home), 'hook', harness, event, '--timeout', '120']);
      for (const [harness, event] of [
        ['claude', 'PreToolUse'],
        ['copilot', 'preToolUse'],
      ] as const)
        await expect(run(harness, event)).rejects.toMatchObject({
          code: 2,
          stdout: '',
          stderr: expect.stringContaining('Interlock is not installed any more'),
        });
      for (const event of ['SessionStart', 'UserPromptSubmit', 'Stop', 'sessionEnd'])
        expect(await run('claude', event)).toEqual({ stdout: '', stderr: '' });
    },
  );

  test.skipIf(process.platform === 'win32')(
    'leads to the store beside it, whatever an agent leaves of the variables',
    async () => {
      const own = path.join(home, "Ada's $data");
      const bridge = path.join(own, 'bridge.mjs');
      await mkdir(own);
      await writeFile(bridge, 'console.log(process.env.INTERLOCK_HOME)');
      await writeFile(path.join(own, 'hook.sh'), 'echo "$INTERLOCK_HOME"');
      await updateLauncher(own, bridge);
      for (const [program, file] of [
        [process.execPath, launcherIn(own)],
        ['sh', hookLauncherIn(own)],
      ] as const) {
        const answer = async (env: Record<string, string>) =>
          (await promisify(execFile)(program, [file], { env })).stdout.trim();
        expect(await answer({})).toBe(own);
        expect(await answer({ INTERLOCK_HOME: '/elsewhere' })).toBe('/elsewhere');
      }
    },
  );

  test('is left alone where it is right, so that no agent that starts finds half of it', async () => {
    const bridge = path.join(home, 'bridge.mjs');
    await updateLauncher(home, bridge);
    const before = await stat(launcherIn(home));
    await updateLauncher(home, bridge);
    expect((await stat(launcherIn(home))).ino).toBe(before.ino);
    expect(await readFile(launcherIn(home), 'utf8')).toContain('bridge.mjs');
  });
});
