import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Settings } from '../../../src/coordinator/kernel/settings.ts';
import { type AgentFile, knownAgents } from '../../../src/extension/agent-files.ts';
import { hookTimeoutSeconds } from '../../../src/extension/hook-formats.ts';

const launchers = { bridge: '/home/ada/my data/bin/interlock.mjs', hook: '/home/ada/my data/bin/hook.sh' };
const agents = knownAgents(launchers, '/home/ada');
const files = agents.flatMap(agent =>
  (['user', 'project'] as const).flatMap(scope =>
    agent.files(scope, '/repository').map(file => ({ name: `${agent.title}, ${scope}: ${file.path}`, file })),
  ),
);
const isJson = ({ path }: AgentFile) => path.endsWith('.json');
/** What Copilot wants in a file with hooks that is not empty. */
const headOf = ({ hooks }: AgentFile) => (hooks?.harness === 'copilot' ? { version: 1 } : {});

describe('connecting an agent', () => {
  test.each(files)('adds to what is there, once, and takes away no more: $name', ({ file }) => {
    const samples = isJson(file)
      ? [
          '{}',
          '{\n    "theme": "dark",\n    "mcpServers": {\n        "other": {}\n    }\n}\n',
          '{"hooks":{"Stop":[{"hooks":[]}]}}\n',
        ].map(text =>
          'version' in headOf(file) && text !== '{}' ? text.replace('{', '{"version":1,') : text,
        )
      : ['', 'model = "o"\n', '[mcp_servers.other]\ncommand = "x"\n'];
    for (const sample of samples) {
      const added = file.add(sample);
      expect(added).toMatch(/interlock|my data\/bin\/hook\.sh/);
      expect(file.add(added)).toBe(added);
      const removed = file.remove(added);
      if (!isJson(file)) expect(removed ?? '').toBe(sample);
      else expect(JSON.parse(removed ?? '{}')).toEqual(JSON.parse(sample));
    }
  });

  test.each(files)('makes a file that goes away again: $name', ({ file }) => {
    expect(file.remove(file.add(undefined))).toBeUndefined();
  });

  test.each(files.filter(({ file }) => isJson(file)))(
    'keeps any other content as it is: $name',
    ({ file }) => {
      const hook = fc.record({ matcher: fc.string(), hooks: fc.array(fc.record({ command: fc.string() })) });
      const content = fc.record(
        {
          theme: fc.string(),
          hooks: fc.dictionary(
            fc.constantFrom('PreToolUse', 'Stop', 'Other'),
            fc.array(hook, { minLength: 1 }),
            {
              minKeys: 1,
            },
          ),
          mcpServers: fc.dictionary(fc.constantFrom('a', 'b'), fc.object(), { minKeys: 1 }),
        },
        { requiredKeys: ['theme'] },
      );
      fc.assert(
        fc.property(content, value => {
          const text = `${JSON.stringify({ ...value, ...headOf(file) }, undefined, 2)}\n`;
          expect(file.remove(file.add(text))).toBe(text);
        }),
      );
    },
  );

  test('leaves a file alone that it does not understand', () => {
    for (const { file } of files.filter(({ file }) => isJson(file))) {
      for (const text of ['// mine\n{}', '[]', 'no'])
        expect(() => file.add(text)).toThrow('is left as it is');
    }
  });

  test('gives hooks more time than a person may take', () => {
    const longest = z.toJSONSchema(Settings.shape['approvals.hookWaitSeconds']) as { maximum: number };
    expect(hookTimeoutSeconds).toBeGreaterThan(longest.maximum);
    const [file] = agents.find(({ id }) => id === 'claude')?.files('user', '/') ?? [];
    const { PreToolUse } = JSON.parse(file?.add(undefined) ?? '').hooks;
    expect(PreToolUse[0].hooks[0]).toEqual({
      type: 'command',
      command: `exec sh "${launchers.hook}" hook claude PreToolUse --timeout ${hookTimeoutSeconds}`,
      timeout: hookTimeoutSeconds,
    });
  });

  test('writes no hooks into a file that a project commits', () => {
    for (const { file } of files)
      expect(file.path).not.toMatch(/^\/repository\/(?:\.github\/hooks|\.claude\/settings\.json)/);
  });

  describe('of Codex', () => {
    const [, config] = agents.find(({ id }) => id === 'codex')?.files('user', '') ?? [];
    if (!config) throw new Error('Codex has a file of settings');
    const trust =
      '\n[hooks.state."/x:stop:0:0"]\ntrusted_hash = "sha256:1"\n\n[projects."/y"]\ntrust_level = "trusted"\n';
    const written = config.add('model = "o"\n');
    // As Codex 0.169.0 adds to a file that ends in a comment.
    const noted = written.replace('# <<<', `${trust}# <<<`);

    test('keeps what Codex has written between our lines, when it is connected again and when it goes', () => {
      expect(noted).not.toBe(written);
      const again = config.add(noted);
      expect(again).toContain(trust);
      expect(again.indexOf('trusted_hash')).toBeLessThan(again.indexOf('mcp_servers'));
      expect(config.add(again)).toBe(again);
      for (const text of [noted, again])
        expect(config.remove(text)).toBe(`model = "o"\n${trust.trimStart()}`);
    });

    test('takes along what Codex notes of its tools, which is an error without the server', () => {
      const tools = '[mcp_servers.interlock.tools.acquire_lock]\napproval_mode = "approve"\n';
      for (const text of [written.replace('# <<<', `${tools}# <<<`), `${written}\n${tools}`]) {
        expect(config.add(text)).toContain(tools);
        expect(config.remove(text)?.trim()).toBe('model = "o"');
      }
    });

    test('gives the end of a session no more time than Codex does', () => {
      const [hooks] = agents.find(({ id }) => id === 'codex')?.files('user', '') ?? [];
      const { SessionEnd } = JSON.parse(hooks?.add(undefined) ?? '').hooks;
      expect(SessionEnd[0].hooks[0]).toMatchObject({
        command: expect.stringMatching(/ hook codex SessionEnd --timeout 3$/),
        timeout: 3,
      });
    });
  });

  describe('of Copilot', () => {
    const hooksOf = (from: typeof launchers | { bridge: string; hook: undefined }) => {
      const copilot = knownAgents(from, '/home/ada').find(({ id }) => id === 'copilot');
      const file = copilot?.files('user', '').find(({ hooks }) => hooks !== undefined);
      if (!file) throw new Error('Copilot has hooks');
      return file;
    };
    const file = hooksOf(launchers);

    test('writes a file of its own, in the format that Copilot reads', () => {
      expect(file.path).toBe('/home/ada/.copilot/hooks/interlock.json');
      const { version, hooks } = JSON.parse(file.add(undefined));
      expect(version).toBe(1);
      expect(Object.keys(hooks)).toEqual(['preToolUse', 'sessionStart', 'agentStop', 'sessionEnd']);
      expect(hooks.preToolUse).toEqual([
        {
          type: 'command',
          bash: `exec sh "${launchers.hook}" hook copilot preToolUse --timeout ${hookTimeoutSeconds}`,
          timeoutSec: hookTimeoutSeconds,
        },
      ]);
    });

    test('has PowerShell run them where there is no shell', () => {
      const windows = hooksOf({ bridge: "C:\\Ada's data\\bin\\interlock.mjs", hook: undefined });
      const text = windows.add(undefined);
      expect(JSON.parse(text).hooks.preToolUse[0]).toMatchObject({
        powershell: `& node 'C:\\Ada''s data\\bin\\interlock.mjs' hook copilot preToolUse --timeout ${hookTimeoutSeconds}`,
      });
      expect(windows.add(text)).toBe(text);
      expect(windows.remove(text)).toBeUndefined();
    });

    test('keeps the hooks of others, wherever they stand', () => {
      const theirs = { type: 'command', bash: './guard.sh', matcher: 'bash' };
      const before = { hooks: { postToolUse: [theirs], preToolUse: [theirs] }, version: 1 };
      const text = `${JSON.stringify(before, undefined, 4)}\n`;
      const added = file.add(text);
      expect(JSON.parse(added).hooks.preToolUse[0]).toEqual(theirs);
      expect(JSON.parse(added).hooks.preToolUse).toHaveLength(2);
      expect(file.remove(added)).toBe(text);
    });

    test('writes no hooks into a file that Copilot rejects as a whole', () => {
      for (const text of ['{"version":2}', '{"hooks":{"preToolUse":[{"bash":"true"}]}}', '{"theme":"dark"}'])
        expect(() => file.add(text)).toThrow('does not say "version": 1');
    });
  });
});
