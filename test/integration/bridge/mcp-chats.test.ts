import { mkdir } from 'node:fs/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Harness } from '../../../src/coordinator/tool-use/harnesses.ts';
import { builtBundles, runBridge } from '../../support/bridge/program.ts';
import { ownForReal, type RealOwner } from '../../support/bridge/real-owner.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/host/processes.ts';
import { makeRepository } from '../../support/repository.ts';

let folder: TemporaryFolder;
let home: string;
let owner: RealOwner;
let clients: Client[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  home = `${folder.path}/home`;
  makeRepository(folder.path);
  owner = await ownForReal(home);
});
afterEach(async () => {
  await Promise.all(clients.map(client => client.close()));
  clients = [];
});
afterAll(async () => {
  await owner.stop();
  await folder[Symbol.asyncDispose]();
});

async function clientCalled(
  name: string,
  variables: Readonly<Record<string, string>> = {},
  cwd = folder.path,
): Promise<Client> {
  const client = new Client({ name, version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [`${builtBundles()}/bridge.js`, 'mcp'],
      cwd,
      env: { PATH: process.env.PATH ?? '', HOME: home, INTERLOCK_HOME: home, ...variables },
      stderr: 'ignore',
    }),
  );
  clients.push(client);
  return client;
}

/** Takes a lock with the tool for it, as Codex calls one where a chat is named. */
async function lock(client: Client, file_path: string, chatOfCodex?: string): Promise<string> {
  const _meta =
    chatOfCodex === undefined ? {} : { 'x-codex-turn-metadata': { session_id: chatOfCodex, thread_id: 'x' } };
  const answer = CallToolResultSchema.parse(
    await client.callTool({ name: 'acquire_lock', arguments: { file_path }, _meta }),
  );
  const [first] = answer.content;
  return first?.type === 'text' ? first.text : '';
}

/** Edits a file with the harness's own tool: what its hook answers. */
async function edit(
  harness: Harness,
  chat: string,
  file: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [event, payload] =
    harness === 'copilot'
      ? ['preToolUse', { sessionId: chat, timestamp: 1, toolName: 'create', toolArgs: { path: file } }]
      : [
          'PreToolUse',
          {
            session_id: chat,
            turn_id: 'turn',
            tool_name: 'apply_patch',
            tool_input: { command: `*** Begin Patch\n*** Add File: ${file}\n+x\n*** End Patch` },
          },
        ];
  const around = { home, cwd: folder.path, variables };
  const { stdout } = await runBridge(
    ['hook', harness, event],
    around,
    JSON.stringify({ ...payload, cwd: folder.path }),
  );
  return stdout;
}

async function briefingOf(harness: 'codex' | 'copilot', chat: string, cwd: string): Promise<string> {
  const [event, payload] =
    harness === 'copilot'
      ? ['sessionStart', { sessionId: chat, timestamp: 1 }]
      : ['SessionStart', { session_id: chat }];
  const { stdout } = await runBridge(
    ['hook', harness, event],
    { home, cwd },
    JSON.stringify({ ...payload, cwd }),
  );
  return stdout;
}

describe('a chat', () => {
  it('of Codex holds what its tools lock: its own edits go through, and those of other chats do not', async () => {
    const client = await clientCalled('codex-mcp-client');
    expect(await lock(client, 'codex.ts', 'chat-1')).toContain('"success":true');
    expect(await edit('codex', 'chat-1', 'codex.ts')).not.toContain('deny');
    expect(await edit('codex', 'chat-2', 'codex.ts')).toContain('codex.ts is locked by codex');
  });

  it('of Copilot is the session of the server that Copilot starts for it', async () => {
    const client = await clientCalled('copilot-cli', { COPILOT_AGENT_SESSION_ID: 'chat-3' });
    expect(await lock(client, 'copilot.ts')).toContain('"success":true');
    expect(await edit('copilot', 'chat-3', 'copilot.ts')).not.toContain('deny');
    expect(await edit('copilot', 'chat-4', 'copilot.ts')).toContain('copilot.ts is locked by copilot');
  });

  it('of Copilot is nobody else’s who inherits its variables', async () => {
    const client = await clientCalled('claude-code', { COPILOT_AGENT_SESSION_ID: 'chat-5' });
    await lock(client, 'inherited.ts');
    expect(await edit('copilot', 'chat-5', 'inherited.ts')).toContain(
      'inherited.ts is locked by claude_code',
    );
  });

  it('counts for nothing where the surroundings name the session', async () => {
    const named = { INTERLOCK_SESSION_ID: 'one of two' };
    const client = await clientCalled('codex-mcp-client', named);
    await lock(client, 'named.ts', 'chat-6');
    expect(await edit('codex', 'chat-6', 'named.ts', named)).not.toContain('deny');
    expect(await edit('codex', 'chat-6', 'named.ts')).toContain('named.ts is locked by');
  });

  it.each(['codex', 'copilot'] as const)(
    'of %s is not told of its own connection as of another agent',
    async harness => {
      const alone = `${folder.path}/alone-${harness}`;
      await mkdir(alone);
      makeRepository(alone);
      const name = harness === 'codex' ? 'codex-mcp-client' : 'copilot-cli';
      await clientCalled(name, { COPILOT_AGENT_SESSION_ID: 'chat-7' }, alone);
      const briefing = await briefingOf(harness, 'chat-7', alone);
      expect(briefing).toContain(`You are ${harness} (${harness})`);
      expect(briefing).not.toContain('Others here');
    },
  );
});
