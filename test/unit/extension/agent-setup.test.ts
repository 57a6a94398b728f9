import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Settings } from '../../../src/coordinator/kernel/settings.ts';
import { harnesses } from '../../../src/coordinator/tool-use/harnesses.ts';
import { agentSetups, hookTimeoutSeconds } from '../../../src/extension/agent-setup.ts';
import { launcherIn, updateLauncher } from '../../../src/extension/launcher.ts';

describe('connecting an agent', () => {
  const launcher = '/home/ada/my data/interlock.mjs';
  const setups = agentSetups(launcher);

  test('names the launcher, which stays where it is when the extension is updated', () => {
    expect(setups.length).toBeGreaterThan(3);
    for (const { text } of setups) expect(text).toContain(launcher);
  });

  test.each(setups.filter(({ language }) => language === 'json').map(setup => [setup.title, setup.text]))(
    'is valid JSON for %s',
    (_title, text) => expect(() => JSON.parse(text)).not.toThrow(),
  );

  test('gives hooks more time than a person may take', () => {
    const longest = z.toJSONSchema(Settings.shape['approvals.hookWaitSeconds']) as { maximum: number };
    expect(hookTimeoutSeconds).toBeGreaterThan(longest.maximum);
    const hooks = setups.find(({ title }) => title === 'Claude Code: hooks')?.text ?? '';
    const { PreToolUse } = JSON.parse(hooks).hooks;
    expect(PreToolUse[0].hooks[0]).toMatchObject({ timeout: hookTimeoutSeconds });
    expect(PreToolUse[0].hooks[0].command).toMatch(
      new RegExp(`^exec node ".+" hook (${harnesses.join('|')}) PreToolUse --timeout ${hookTimeoutSeconds}$`),
    );
  });
});

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

  test('is left alone where it is right, so that no agent that starts finds half of it', async () => {
    const bridge = path.join(home, 'bridge.mjs');
    await updateLauncher(home, bridge);
    const before = await stat(launcherIn(home));
    await updateLauncher(home, bridge);
    expect((await stat(launcherIn(home))).ino).toBe(before.ino);
    expect(await readFile(launcherIn(home), 'utf8')).toContain('bridge.mjs');
  });
});
