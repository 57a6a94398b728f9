import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hookSwitches } from '../../../src/coordinator/tool-use/hook-switches.ts';
import { type AgentFile, knownAgents } from '../../../src/extension/agent-files.ts';
import { digestOf, type KnownHookFile, lookAtHookFiles } from '../../../src/extension/hook-files.ts';

const launchers = { bridge: '/store/bin/interlock.mjs', hook: '/store/bin/hook.sh' };

describe('a look at the files with hooks', () => {
  let home: string;
  let folder: string;
  let known: KnownHookFile[];

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'interlock-hooks-'));
    folder = path.join(home, 'repository');
    await mkdir(folder);
    known = [];
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const fileOf = (agent: string, scope: 'user' | 'project' = 'project'): AgentFile => {
    const files =
      knownAgents(launchers, home)
        .find(({ id }) => id === agent)
        ?.files(scope, folder) ?? [];
    const file = files.find(({ hooks }) => hooks !== undefined);
    if (!file) throw new Error(`${agent} has no file with hooks`);
    return file;
  };
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  const connect = (file: AgentFile) => write(file.path, file.add(undefined));
  const look = async (file: AgentFile) => {
    const found = await lookAtHookFiles(knownAgents(launchers, home), { home, folders: [folder], known });
    const state = found.find(({ path: other }) => other === file.path);
    if (!state) throw new Error(`nobody looked at ${file.path}`);
    return state;
  };
  /** Takes down what a look reports, as the coordinator does. */
  const report = async (file: AgentFile) => {
    const { report } = await look(file);
    if (!report) return undefined;
    const before = known.find(({ path: other }) => other === report.path);
    const state = report.what === 'in_force' ? 'in_force' : (report.what as KnownHookFile['state']);
    known = [
      ...known.filter(other => other !== before),
      {
        path: report.path,
        harness: report.harness,
        scope: report.scope,
        state,
        digest: report.digest ?? before?.digest ?? '',
        since: '',
      },
    ];
    return report.what;
  };

  test.each(['claude', 'codex', 'copilot'])('finds what was written for %s, once', async agent => {
    const file = fileOf(agent);
    expect(await look(file)).toMatchObject({ standing: 'absent', report: undefined });
    await connect(file);
    expect(await look(file)).toMatchObject({ standing: 'inForce' });
    expect(await report(file)).toBe('in_force');
    expect(await report(file)).toBeUndefined();
  });

  test.each(['claude', 'codex', 'copilot'])(
    'misses what was written for %s and was taken out, however',
    async agent => {
      const file = fileOf(agent, 'user');
      const ways = [
        () => rm(file.path),
        () => write(file.path, '{}'),
        () => write(file.path, '{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"true"}]}]}}'),
        () => write(file.path, ''),
      ];
      for (const takeOut of ways) {
        await connect(file);
        await report(file);
        await takeOut();
        const { standing } = await look(file);
        expect(['missing', 'altered']).toContain(standing);
        expect(await report(file)).toBe(standing);
        expect(await report(file)).toBeUndefined();
      }
      await connect(file);
      expect(await report(file)).toBe('in_force');
    },
  );

  test('sees each alteration of what was written', async () => {
    const file = fileOf('claude');
    const text = file.add('{\n  "model": "o"\n}\n');
    const alterations: ((
      hooks: Record<string, { hooks: { command: string; timeout?: number }[] }[]>,
    ) => void)[] = [
      hooks => delete hooks.PreToolUse,
      hooks => Object.assign(hooks.PreToolUse?.[0] ?? {}, { matcher: 'Nothing' }),
      hooks => Object.assign(hooks.PreToolUse?.[0]?.hooks[0] ?? {}, { timeout: 1 }),
      hooks =>
        Object.assign(hooks.PreToolUse?.[0]?.hooks[0] ?? {}, { command: `sh "${launchers.hook}" || true` }),
      hooks => hooks.PreToolUse?.push(...(hooks.Stop ?? [])),
    ];
    for (const alter of alterations) {
      await write(file.path, text);
      await report(file);
      expect(await look(file)).toMatchObject({ standing: 'inForce' });
      const settings = JSON.parse(text);
      alter(settings.hooks);
      await write(file.path, JSON.stringify(settings));
      expect(await look(file)).toMatchObject({ standing: 'altered', report: { what: 'altered' } });
    }
    await write(file.path, 'no JSON');
    expect(await look(file)).toMatchObject({ standing: 'altered' });
  });

  test('does not mind what others change in the file', async () => {
    const file = fileOf('claude');
    await connect(file);
    await report(file);
    const settings = JSON.parse(await readFile(file.path, 'utf8'));
    settings.theme = 'dark';
    settings.hooks.PreToolUse.unshift({ matcher: 'Bash', hooks: [{ type: 'command', command: 'lint' }] });
    await write(file.path, JSON.stringify(settings, undefined, 8));
    expect(await look(file)).toMatchObject({ standing: 'inForce', report: undefined });
  });

  test('takes hooks that an earlier version wrote for what they are', async () => {
    const file = fileOf('codex');
    const older = JSON.parse(file.add(undefined));
    delete older.hooks.PreCompact;
    await write(file.path, JSON.stringify(older));
    const digest = digestOf(file.hooks?.read(JSON.stringify(older)) ?? '');
    expect(await look(file)).toMatchObject({ standing: 'outdated', report: { what: 'in_force', digest } });
    await report(file);
    expect(await look(file)).toMatchObject({ standing: 'outdated', report: undefined });
  });

  test('sees a setting that keeps all hooks from running, and does not blame the person’s file for a project’s', async () => {
    const own = fileOf('claude', 'user');
    const here = fileOf('claude', 'project');
    for (const file of [own, here]) {
      await connect(file);
      await report(file);
    }
    await write(path.join(folder, '.claude', 'settings.json'), '{"disableAllHooks":true}');
    expect(await look(here)).toMatchObject({ standing: 'switchedOff', report: { what: 'switched_off' } });
    expect(await look(own)).toMatchObject({ standing: 'switchedOff', report: undefined });
    await write(own.path, own.add('{"disableAllHooks":true}'));
    expect(await look(own)).toMatchObject({ standing: 'switchedOff', report: { what: 'switched_off' } });
  });

  test('sees that Copilot’s hooks are switched off, for all, in their own file or for a project', async () => {
    const file = fileOf('copilot');
    await connect(file);
    await report(file);
    const inFolder = path.join(folder, '.github', 'copilot', 'settings.local.json');
    await write(inFolder, '{"disableAllHooks":true}');
    expect(await look(file)).toMatchObject({ standing: 'switchedOff', report: undefined });
    await rm(inFolder);
    await write(file.path, file.add('{"version":1,"disableAllHooks":true}'));
    expect(await look(file)).toMatchObject({ standing: 'switchedOff', report: { what: 'switched_off' } });
    await write(file.path, file.add(undefined).replace('"version": 1', '"version": 2'));
    expect(await look(file)).toMatchObject({ standing: 'altered', report: { what: 'altered' } });
  });
});

test.each([
  ['{"disableAllHooks":true}', true],
  ['// mine\n{ "url": "https://x", /* off */ "disableAllHooks": true }', true],
  ['{"version":1,"disableAllHooks":false}', false],
  ['// "disableAllHooks": true\n{}', false],
  ['{"note":"// \\"disableAllHooks\\": true"}', false],
  ['no JSON', false],
])('Copilot runs its hooks or not by %j', (text, isOff) => {
  for (const one of hookSwitches('copilot', '/home/ada', '/repo')) expect(one.isOff(text)).toBe(isOff);
});

test.each([
  ['[features]\nhooks = false\n', true],
  ['[features]\n  codex_hooks=false', true],
  ['features.hooks = false\n[features.x]\n', true],
  ['[features]\nhooks = true\n', false],
  ['[other]\nhooks = false\n', false],
  ['[features]\n[other]\nhooks = false\n', false],
  ['# hooks = false\n', false],
])('Codex runs its hooks or not by %j', (text, isOff) => {
  const [own] = hookSwitches('codex', '/home/ada', '/repo');
  expect(own?.isOff(text)).toBe(isOff);
});
