import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Settings } from '../../../src/coordinator/kernel/settings.ts';
import { type AgentFile, hookTimeoutSeconds, knownAgents } from '../../../src/extension/agent-files.ts';

const launchers = { bridge: '/home/ada/my data/bin/interlock.mjs', hook: '/home/ada/my data/bin/hook.sh' };
const agents = knownAgents(launchers, '/home/ada');
const files = agents.flatMap(agent =>
  (['user', 'project'] as const).flatMap(scope =>
    agent.files(scope, '/repository').map(file => ({ name: `${agent.title}, ${scope}: ${file.path}`, file })),
  ),
);
const isJson = ({ path }: AgentFile) => path.endsWith('.json');

describe('connecting an agent', () => {
  test.each(files)('adds to what is there, once, and takes away no more: $name', ({ file }) => {
    const samples = isJson(file)
      ? [
          '{}',
          '{\n    "theme": "dark",\n    "mcpServers": {\n        "other": {}\n    }\n}\n',
          '{"hooks":{"Stop":[{"hooks":[]}]}}\n',
        ]
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
          const text = `${JSON.stringify(value, undefined, 2)}\n`;
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

  test('writes hooks where the editor’s own agent does not read them too', () => {
    for (const { file } of files) expect(file.path).not.toMatch(/\.copilot\/hooks|\.github\/hooks/);
  });
});
