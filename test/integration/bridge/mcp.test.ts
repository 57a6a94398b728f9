import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endOwner, ownerOf } from '../../support/bridge/coordinators.ts';
import { builtBundles, runBridge, type Surroundings, startBridge } from '../../support/bridge/program.ts';
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

/** An agent as the product meets it: an MCP client of somebody else's making on the stdio bridge. */
async function agent(variables: Readonly<Record<string, string>> = {}): Promise<Client> {
  const client = new Client({ name: 'claude-code', version: '2.1.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [`${builtBundles()}/bridge.js`, 'mcp'],
      cwd: around.cwd,
      env: { PATH: process.env.PATH ?? '', HOME: around.home, INTERLOCK_HOME: around.home, ...variables },
      stderr: 'ignore',
    }),
  );
  clients.push(client);
  return client;
}

async function call(client: Client, name: string, input: object = {}): Promise<Record<string, unknown>> {
  const answer = CallToolResultSchema.parse(await client.callTool({ name, arguments: { ...input } }));
  const [first] = answer.content;
  const text = first?.type === 'text' ? first.text : '';
  return answer.isError ? { error: text } : (answer.structuredContent ?? {});
}

async function statusOf(): Promise<Record<string, unknown>> {
  return JSON.parse((await runBridge(['status', '--json'], around)).stdout);
}

describe('mcp', () => {
  it('shows the sets of tools that the environment names, and says which there are where one is not', async () => {
    const client = await agent({ INTERLOCK_MCP_TOOL_SETS: 'locks,handoffs' });
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['acquire_lock', 'write_handoff', 'wait_for_approval']));
    expect(names).not.toContain('submit_work');
    await expect(agent({ INTERLOCK_MCP_TOOL_SETS: 'lokcs' })).rejects.toThrow(/agents, locks, work/);
  });

  it('connects an agent under its own name, in the project of its folder', async () => {
    const client = await agent({ INTERLOCK_AGENT_ID: 'ada', INTERLOCK_DELEGATED_FROM: 'olga@example.com' });
    expect(client.getServerVersion()).toMatchObject({ name: 'interlock' });
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('acquire_lock');
    expect(await call(client, 'acquire_lock', { file_path: 'a.ts' })).toMatchObject({ success: true });
    expect(await statusOf()).toMatchObject({
      sessions: [
        {
          agent_id: 'ada',
          agent_type: 'claude_code',
          client: 'claude-code 2.1.0',
          delegated_from: 'olga@example.com',
        },
      ],
      locks: [{ file_path: 'a.ts', locked_by: 'ada' }],
    });
  });

  it('offers prompts, fills them in, and completes what a person types of their arguments', async () => {
    const client = await agent({ INTERLOCK_AGENT_ID: 'ada' });
    const { prompts } = await client.listPrompts();
    expect(
      prompts.map(({ name, arguments: taken = [] }) => [
        name,
        ...taken.map(each => `${each.name}${each.required ? '' : '?'}`),
      ]),
    ).toEqual([
      ['start_work_session', 'task?', 'task_type?', 'from_agent?'],
      ['coordinate_file_edit', 'file_path', 'task'],
    ]);
    const textOf = async (name: string, given: Record<string, string>) => {
      const { messages } = await client.getPrompt({ name, arguments: given });
      const [only] = messages;
      return only?.content.type === 'text' ? only.content.text : '';
    };
    expect(await textOf('start_work_session', { task_type: '' })).toMatch(/You are ada[\s\S]*\nNext: /);
    expect(await textOf('coordinate_file_edit', { file_path: 'a.ts', task: 'rename it' })).toContain(
      'acquire_lock with file_path "a.ts"',
    );
    await expect(
      client.getPrompt({ name: 'coordinate_file_edit', arguments: { task: 'x' } }),
    ).rejects.toThrow(/invalid_input.*file_path/);
    await expect(client.getPrompt({ name: 'nothing' })).rejects.toThrow(/is no prompt of Interlock/);

    await call(client, 'submit_work', { task_type: 'review', description: 'look at it' });
    const complete = async (name: string, argument: { name: string; value: string }) =>
      (await client.complete({ ref: { type: 'ref/prompt', name }, argument })).completion.values;
    expect(await complete('start_work_session', { name: 'task_type', value: 're' })).toEqual(['review']);
    expect(await complete('start_work_session', { name: 'from_agent', value: '' })).toEqual(['ada']);
    await writeFile(`${folder.path}/notes.md`, '');
    expect(await complete('coordinate_file_edit', { name: 'file_path', value: 'no' })).toEqual(['notes.md']);
    expect(await complete('coordinate_file_edit', { name: 'task', value: '' })).toEqual([]);
    const { contents } = await client.readResource({ uri: 'session://briefing' });
    expect(contents[0]).toMatchObject({
      mimeType: 'text/plain',
      text: expect.stringContaining('You are ada'),
    });
  });

  it('makes one session of an agent’s MCP connection and its hooks where both are told its id', async () => {
    const client = await agent({ INTERLOCK_SESSION_ID: 'chat-7', INTERLOCK_AGENT_ID: 'ada' });
    await call(client, 'acquire_lock', { file_path: 'a.ts' });
    const edit = {
      session_id: 'another id',
      tool_name: 'Write',
      tool_input: { file_path: `${folder.path}/a.ts`, content: '' },
    };
    const named = { ...around, variables: { INTERLOCK_SESSION_ID: 'chat-7' } };
    expect(await runBridge(['hook', 'claude', 'PreToolUse'], named, JSON.stringify(edit))).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect(
      (await runBridge(['hook', 'claude', 'PreToolUse'], around, JSON.stringify(edit))).stdout,
    ).toContain('deny');
    expect((await statusOf()).sessions).toHaveLength(2);
  });

  it('goes on with the same session when the owner is killed', async () => {
    const client = await agent();
    await call(client, 'acquire_lock', { file_path: 'a.ts', reason: 'mine' });
    const updated: string[] = [];
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void updated.push(params.uri),
    );
    await client.subscribeResource({ uri: 'locks://current' });
    const first = ownerOf(around.home);
    await endOwner(around.home);
    const startedAt = performance.now();
    expect(await call(client, 'check_locks')).toMatchObject({ locks: [{ file_path: 'a.ts', yours: true }] });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(ownerOf(around.home)).not.toBe(first);
    expect((await statusOf()).sessions).toHaveLength(1);
    updated.length = 0;
    await call(client, 'acquire_lock', { file_path: 'b.ts' });
    await expect.poll(() => updated).toContain('locks://current');
  });

  it('tells the agent what became of a call that was under way when the owner was killed', async () => {
    const [ada, otto] = await Promise.all([
      agent({ INTERLOCK_AGENT_ID: 'ada' }),
      agent({ INTERLOCK_AGENT_ID: 'otto' }),
    ]);
    await call(ada, 'acquire_lock', { file_path: 'a.ts' });
    await otto.listTools();
    const waits = call(otto, 'acquire_lock', { file_path: 'a.ts', wait_seconds: 50 });
    await expect
      .poll(async () => (await call(ada, 'check_locks')).waiting, { timeout: 10_000 })
      .toMatchObject([{ agent_id: 'otto' }]);
    await endOwner(around.home);
    // Whichever it is, it comes now and not after the wait: the answer of the next owner, or what happened.
    const outcome = await Promise.race([
      waits,
      call(ada, 'release_lock', { file_path: 'a.ts' }).then(() => pause(20_000, { error: 'no answer' })),
    ]);
    expect(outcome).toSatisfy(
      (answer: Record<string, unknown>) =>
        answer.success === true || String(answer.error).startsWith('coordinator_unavailable'),
    );
  });

  it('begins a new session where the old one has ended meanwhile', async () => {
    const client = await agent({ INTERLOCK_SESSION_ID: 'chat-8' });
    await call(client, 'acquire_lock', { file_path: 'a.ts' });
    const named = { ...around, variables: { INTERLOCK_SESSION_ID: 'chat-8' } };
    await runBridge(['hook', 'claude', 'SessionEnd'], named, '{"session_id":"x"}');
    await expect.poll(async () => (await statusOf()).sessions).toEqual([]);
    await endOwner(around.home);
    expect(await call(client, 'check_locks')).toMatchObject({ locks: [] });
    expect((await statusOf()).sessions).toHaveLength(1);
  });

  it('says why it cannot work in answer to the handshake', async () => {
    const nowhere = { ...around, variables: { INTERLOCK_HOME: '/dev/null/store' } };
    const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} };
    const { stdout, code } = await runBridge(['mcp'], nowhere, `${JSON.stringify(initialize)}\n`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      id: 1,
      error: { message: expect.stringContaining('/dev/null/store'), data: { code: 'store_unavailable' } },
    });
  });

  it('answers everything it was asked when the client has closed its side', async () => {
    const lines = [
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: {
          protocolVersion: '2025-11-25',
          capabilities: {},
          clientInfo: { name: 'script', version: '1' },
        },
      },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 2, method: 'tools/list' },
    ];
    await statusOf();
    const { stdout, code } = await runBridge(
      ['mcp'],
      around,
      lines.map(line => `${JSON.stringify(line)}\n`).join(''),
    );
    expect(code).toBe(0);
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).id);
    expect(ids).toEqual([1, 2]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends on %s', async signal => {
    const { child, exit } = startBridge(['mcp'], around);
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`);
    await expect.poll(() => ownerOf(around.home), { timeout: 20_000 }).toBeDefined();
    child.kill(signal);
    expect(await exit).toMatchObject({ code: 0 });
  });
});
