import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endOwner } from '../../support/bridge/coordinators.ts';
import { builtBundles, runBridge, type Surroundings } from '../../support/bridge/program.ts';
import { temporaryFolder } from '../../support/host/processes.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let around: Surroundings;
let clients: Client[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
  around = { home: `${folder.path}/home`, cwd: folder.path };
});
afterEach(async () => {
  await Promise.all(clients.map(client => client.close()));
  clients = [];
  await endOwner(around.home);
  await folder[Symbol.asyncDispose]();
});

/** An MCP client that was started in a chat of Claude Code, by it or by one of its commands. */
async function inChat(chat: string, name = 'claude-code', variables = {}): Promise<Client> {
  const { home } = around;
  const client = new Client({ name, version: '2.1.197' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [`${builtBundles()}/bridge.js`, 'mcp'],
      cwd: around.cwd,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: home,
        INTERLOCK_HOME: home,
        CLAUDE_CODE_SESSION_ID: chat,
        ...variables,
      },
      stderr: 'ignore',
    }),
  );
  clients.push(client);
  return client;
}

/** Takes a lock by a tool. @param use the id that the harness gives the use of the tool */
async function lock(client: Client, file: string, use?: string): Promise<unknown> {
  const called = { name: 'acquire_lock', arguments: { file_path: file } };
  const answer = CallToolResultSchema.parse(
    await client.callTool(use === undefined ? called : { ...called, _meta: { 'claudecode/toolUseId': use } }),
  );
  return answer.structuredContent?.success ?? answer.content;
}

/** What stands against a call of a tool in a chat; empty where nothing does. */
async function hook(chat: string, tool: string, input: object, use = 'toolu_0'): Promise<string> {
  const payload = {
    session_id: chat,
    cwd: around.cwd,
    hook_event_name: 'PreToolUse',
    tool_name: tool,
    tool_input: input,
    tool_use_id: use,
  };
  return (await runBridge(['hook', 'claude', 'PreToolUse'], around, JSON.stringify(payload))).stdout;
}

const edit = (chat: string, file: string) =>
  hook(chat, 'Edit', { file_path: file, old_string: 'a', new_string: 'b' });

async function agents(): Promise<string[]> {
  const { sessions } = JSON.parse((await runBridge(['status', '--json'], around)).stdout);
  return sessions.map(({ agent_id }: { agent_id: string }) => agent_id);
}

describe('the MCP connection of Claude Code', () => {
  it('is the chat that its hooks speak for: what a tool locked, an edit of the same chat may change', async () => {
    const client = await inChat('one');
    expect(await lock(client, 'a.ts')).toBe(true);
    expect(await edit('one', 'a.ts')).toBe('');
    expect(await edit('two', 'a.ts')).toContain('locked by claude_code');
    expect(await agents()).toEqual(['claude_code', 'claude_code']);
  });

  it('is the chat whose hook announced the use of a tool, when the program has gone on with another', async () => {
    const client = await inChat('one');
    const use = { tool: 'mcp__interlock__acquire_lock', id: 'toolu_1' };
    expect(await hook('two', use.tool, { file_path: 'b.ts' }, use.id)).toBe('');
    expect(await lock(client, 'b.ts', use.id)).toBe(true);
    expect(await edit('two', 'b.ts')).toBe('');
    expect(await edit('one', 'b.ts')).toContain('locked by claude_code');
    expect(await lock(client, 'c.ts', 'toolu_nobody_announced')).toBe(true);
    expect(await edit('one', 'c.ts')).toBe('');
  });

  it('is not that of a program which was started by one of its commands', async () => {
    const client = await inChat('one', 'codex-mcp-client');
    expect(await lock(client, 'a.ts')).toBe(true);
    expect(await edit('one', 'a.ts')).toContain('locked by codex');
  });

  it('stays the session that INTERLOCK_SESSION_ID names', async () => {
    const named = { INTERLOCK_SESSION_ID: 'named' };
    const client = await inChat('one', 'claude-code', named);
    expect(await lock(client, 'a.ts')).toBe(true);
    around = { ...around, variables: named };
    expect(await edit('one', 'a.ts')).toBe('');
  });
});
