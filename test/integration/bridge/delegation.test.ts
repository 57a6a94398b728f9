import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { builtBundles } from '../../support/bridge/program.ts';
import { type EditorWindow, openWindow } from '../../support/bridge/window.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/host/processes.ts';

const notForMallory = `forbid (principal, action in Action::"write", resource is File)
when { principal has delegated_by && principal.delegated_by == User::"mallory@example.com" };`;

interface Recorded {
  readonly operation: string;
  readonly code: string | null;
  readonly door: string;
  readonly delegated_from: string | null;
}

let folder: TemporaryFolder;
let home: string;
let window: EditorWindow;
let clients: Client[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  home = `${folder.path}/home`;
  window = await openWindow(home, folder.path);
  await window.asPerson('configure_project', { settings: { 'policy.engine': 'cedar' } });
  await window.asPerson('save_policy', { name: 'not-for-mallory', text: notForMallory, reason: 'a test' });
});
afterEach(async () => {
  await Promise.all(clients.map(client => client.close()));
  clients = [];
});
afterAll(async () => {
  await window.close();
  await folder[Symbol.asyncDispose]();
});

/** An agent on the stdio bridge, which acts for a person where its surroundings say so. */
async function agentFor(person?: string): Promise<Client> {
  const client = new Client({ name: 'claude-code', version: '2.1.0' });
  const env = { PATH: process.env.PATH ?? '', HOME: home, INTERLOCK_HOME: home };
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [`${builtBundles()}/bridge.js`, 'mcp'],
      cwd: folder.path,
      env: person === undefined ? env : { ...env, INTERLOCK_DELEGATED_FROM: person },
      stderr: 'ignore',
    }),
  );
  clients.push(client);
  return client;
}

async function callTool(
  client: Client,
  name: string,
  input: Record<string, unknown>,
  meta: Record<string, unknown> = {},
) {
  const answer = CallToolResultSchema.parse(await client.callTool({ name, arguments: input, _meta: meta }));
  const [first] = answer.content;
  return answer.isError ? { error: first?.type === 'text' ? first.text : '' } : answer.structuredContent;
}

const recordsFor = async (filter: object) =>
  (await window.asPerson('query_audit', filter)).records as readonly Recorded[];

const lockOf = async (file_path: string) =>
  ((await window.asPerson('check_locks')).locks as { file_path: string }[]).filter(
    lock => lock.file_path === file_path,
  );

describe('whom an agent acts for', () => {
  it('is in what policies decide, over MCP', async () => {
    const forOlga = await agentFor('olga@example.com');
    const forMallory = await agentFor('mallory@example.com');
    const lock = { file_path: 'a.ts' };
    expect(await callTool(forOlga, 'acquire_lock', lock)).toMatchObject({ success: true });
    const refused = await callTool(forMallory, 'acquire_lock', { file_path: 'b.ts' });
    expect(refused).toMatchObject({ error: expect.stringMatching(/policy_denied.*not-for-mallory/) });
    expect(
      await callTool(forMallory, 'check_policy', { operation: 'acquire_lock', input: { file_path: 'b.ts' } }),
    ).toMatchObject({ decision: 'deny', policies: ['not-for-mallory'] });
    expect(await lockOf('b.ts')).toEqual([]);
  });

  it('may be named by each call, over MCP, and is on the record of it', async () => {
    const client = await agentFor('ada@example.com');
    const { tools } = await client.listTools();
    for (const { inputSchema } of tools) expect(inputSchema.properties).toHaveProperty('on_behalf_of');
    const named = { file_path: 'c.ts', on_behalf_of: 'ada@example.com' };
    expect(await callTool(client, 'acquire_lock', named)).toMatchObject({ success: true });
    const records = await recordsFor({ delegated_from: 'ada@example.com', operation: 'acquire_lock' });
    expect(records).toMatchObject([{ code: null, door: 'mcp', delegated_from: 'ada@example.com' }]);
  });

  it('is nobody else, whatever a call says: it is refused, recorded, and changes nothing', async () => {
    const client = await agentFor('bea@example.com');
    const named = { file_path: 'd.ts', on_behalf_of: 'olga@example.com' };
    expect(await callTool(client, 'acquire_lock', named)).toMatchObject({
      error: expect.stringMatching(/identity_mismatch: .*its session acts for bea@example\.com[\s\S]*Next: /),
    });
    expect(await lockOf('d.ts')).toEqual([]);
    expect(await recordsFor({ delegated_from: 'bea@example.com', operation: 'acquire_lock' })).toMatchObject([
      { code: 'identity_mismatch', door: 'mcp' },
    ]);
  });

  it('is nobody where nothing was delegated: no tool speaks of it, and a call that does is refused', async () => {
    const client = await agentFor();
    const { tools } = await client.listTools();
    for (const { inputSchema } of tools) expect(inputSchema.properties).not.toHaveProperty('on_behalf_of');
    const named = { file_path: 'e.ts', on_behalf_of: 'olga@example.com' };
    expect(await callTool(client, 'acquire_lock', named)).toMatchObject({
      error: expect.stringMatching(/identity_mismatch: .*its caller acts for nobody/),
    });
    expect(await lockOf('e.ts')).toEqual([]);
  });

  it('is not taken over by naming a chat: the chat acts for nobody', async () => {
    const client = await agentFor('carl@example.com');
    const chat = { 'vscode.conversationId': 'a chat' };
    const named = { file_path: 'f.ts', on_behalf_of: 'carl@example.com' };
    expect(await callTool(client, 'acquire_lock', named, chat)).toMatchObject({
      error: expect.stringContaining('acts for nobody'),
    });
  });

  it('holds over HTTP for sessions', async () => {
    const registered = await window.post('register_session', {
      agent_type: 'codex',
      delegated_from: 'dora@example.com',
    });
    const headers = { authorization: `Session ${registered.body.token}` };
    const lock = (file_path: string, on_behalf_of: string) =>
      window.post('acquire_lock', { file_path, on_behalf_of }, headers);
    expect(await lock('g.ts', 'dora@example.com')).toMatchObject({ status: 200, body: { success: true } });
    expect(await lock('h.ts', 'olga@example.com')).toMatchObject({
      status: 403,
      body: { code: 'identity_mismatch' },
    });
    const records = await recordsFor({ delegated_from: 'dora@example.com', operation: 'acquire_lock' });
    expect(records.map(({ door, code }) => [door, code])).toEqual([
      ['http', 'identity_mismatch'],
      ['http', null],
    ]);
  });

  it('is bound to an API key, and neither a header nor a body changes it', async () => {
    const { key } = await window.asPerson('create_api_key', {
      name: 'ci',
      agent_id: 'ci-9',
      agent_type: 'codex_cloud_worker',
      delegated_from: 'mallory@example.com',
    });
    const headers = { 'x-api-key': String(key) };
    expect(await window.post('acquire_lock', { file_path: 'i.ts' }, headers)).toMatchObject({
      status: 403,
      body: { code: 'policy_denied', params: { policies: ['not-for-mallory'] } },
    });
    for (const body of [
      { file_path: 'i.ts', on_behalf_of: 'olga@example.com' },
      { file_path: 'i.ts', delegated_from: 'olga@example.com' },
    ])
      expect((await window.post('acquire_lock', body, headers)).status).toBeGreaterThanOrEqual(400);
    expect(await lockOf('i.ts')).toEqual([]);
  });
});
