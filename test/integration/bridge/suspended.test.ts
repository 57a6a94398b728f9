import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, it } from 'vitest';
import { builtBundles } from '../../support/bridge/program.ts';
import { openWindow } from '../../support/bridge/window.ts';
import { temporaryFolder } from '../../support/host/processes.ts';

it('a suspended agent that connects is told so by every tool but the one that shows how it stands', async () => {
  await using folder = await temporaryFolder();
  const home = `${folder.path}/home`;
  const window = await openWindow(home, folder.path);
  const client = new Client({ name: 'claude-code', version: '2.1.0' });
  try {
    await window.asPerson('assign_profile', { agent_id: 'ada', profile: 'suspended', reason: 'a test' });
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [`${builtBundles()}/bridge.js`, 'mcp'],
        cwd: folder.path,
        env: { PATH: process.env.PATH ?? '', HOME: home, INTERLOCK_HOME: home, INTERLOCK_AGENT_ID: 'ada' },
        stderr: 'ignore',
      }),
    );
    const call = async (name: string, input: Record<string, unknown>) => {
      const answer = CallToolResultSchema.parse(await client.callTool({ name, arguments: input }));
      return JSON.stringify(answer.isError ? answer.content : answer.structuredContent);
    };
    expect(await call('get_my_profile', {})).toContain('"trust_level":0');
    expect(await call('acquire_lock', { file_path: 'a.ts' })).toContain('agent_suspended');
    expect(await call('heartbeat', {})).toContain('agent_suspended');
    expect((await window.asPerson('check_locks')).locks).toEqual([]);
  } finally {
    await client.close();
    await window.close();
  }
});
