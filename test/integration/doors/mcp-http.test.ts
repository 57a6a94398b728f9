import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type Progress, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolOf } from '../../../src/coordinator/doors/mcp-tools.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { revokeApiKey, rotateApiKey } from '../../../src/coordinator/keys/operations.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { operationSets, operations } from '../../../src/coordinator/operations.ts';
import { submitWork } from '../../../src/coordinator/queue/submit.ts';
import { discoverAgents } from '../../../src/coordinator/sessions/discover.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { openTcpStand, type TcpStand } from '../../support/http/tcp-stand.ts';

const allTools = (operations as readonly Operation[]).filter(({ tool }) => tool !== false);

onEachDatabase('MCP over HTTP', fixture => {
  let stand: TcpStand;
  const clients: Client[] = [];

  beforeAll(async () => {
    stand = await openTcpStand(fixture.db);
  });
  afterAll(async () => {
    await Promise.all(clients.map(client => client.close()));
    await stand.close();
    expect(stand.interlock.errors).toEqual([]);
  });

  async function connect(key: string, headers: Record<string, string> = {}) {
    const transport = new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${stand.port}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${key}`, ...headers } },
    });
    const client = new Client({ name: 'a test', version: '1' });
    await client.connect(transport);
    clients.push(client);
    return { client, transport };
  }

  const answerOf = (result: unknown) =>
    (result as { structuredContent: Record<string, unknown> }).structuredContent;

  test('offers the tools, resources and prompts of every other door', async () => {
    const { key } = await stand.key();
    const { client } = await connect(key);
    const { tools } = await client.listTools();
    expect(tools).toEqual(allTools.map(toolOf));
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain('locks://current');
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toContain('coordinate_file_edit');
  });

  test('calls as the agent of the key, each conversation a session of its own', async () => {
    const { key } = await stand.key('mcp-agent');
    const [one, two] = [await connect(key), await connect(key)];
    const take = ({ client }: typeof one) =>
      client.callTool({ name: 'acquire_lock', arguments: { file_path: 'mcp.ts' } }).then(answerOf);
    expect(await take(one)).toMatchObject({ success: true });
    expect(await take(two)).toMatchObject({ success: false, reason: 'locked_by_other' });
    await one.transport.terminateSession();
    await expect.poll(() => take(two)).toMatchObject({ success: true });
  });

  test('shows the sets of tools that the client asks for, with those that every set needs', async () => {
    const { key } = await stand.key();
    const { client } = await connect(key, { 'interlock-tool-sets': 'locks, work' });
    const names = (await client.listTools()).tools.map(({ name }) => name);
    const wanted: readonly Operation[] = [
      ...operationSets.always,
      ...operationSets.locks,
      ...operationSets.work,
    ];
    expect(names).toEqual(wanted.filter(({ tool }) => tool !== false).map(({ name }) => name));
    expect(names.length).toBeLessThan(25);
    const hidden = await client.callTool({ name: 'remember', arguments: {} });
    expect(JSON.stringify(hidden)).toContain('unknown_operation');
    await expect(connect(key, { 'interlock-tool-sets': 'everything' })).rejects.toThrow(/no set of tools/);
  });

  test('tells who subscribed that a resource has changed, in the project of the key and in no other', async () => {
    const { key } = await stand.key('subscriber');
    const { client } = await connect(key);
    const updated: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      updated.push(params.uri);
    });
    await client.subscribeResource({ uri: 'locks://current' });
    const agent = await stand.interlock.agent('claude-code');
    await stand.interlock.call(acquireLock, { file_path: 'subscribed.ts' }, agent);
    await expect.poll(() => updated).toContain('locks://current');
    const before = updated.length;
    const elsewhere = await openTcpStand(fixture.db);
    try {
      const stranger = await elsewhere.interlock.agent('claude-code');
      await elsewhere.interlock.call(acquireLock, { file_path: 'elsewhere.ts' }, stranger);
      await stand.interlock.call(acquireLock, { file_path: 'another.ts' }, agent);
      await expect.poll(() => updated.length).toBeGreaterThan(before);
    } finally {
      await elsewhere.close();
    }
    await client.unsubscribeResource({ uri: 'locks://current' });
    const { contents } = await client.readResource({ uri: 'locks://current' });
    expect(JSON.stringify(contents)).toContain('subscribed.ts');
    expect(JSON.stringify(contents)).not.toContain('elsewhere.ts');
  });

  test('reports the progress of a call that waits, and ends with what it waited for', async () => {
    const { key } = await stand.key('waiter');
    const { client } = await connect(key);
    const progress: Progress[] = [];
    const waiting = client.callTool(
      { name: 'get_work', arguments: { task_types: ['late'], wait_seconds: 30 } },
      undefined,
      { onprogress: step => progress.push(step) },
    );
    await expect.poll(() => progress.length).toBeGreaterThan(0);
    const submitter = await stand.interlock.agent('claude-code');
    await stand.interlock.call(submitWork, { task_type: 'late', description: 'now' }, submitter);
    expect(answerOf(await waiting)).toMatchObject({ success: true, description: 'now' });
    expect(progress[0]).toMatchObject({ total: 30 });
  });

  test('cancels a call that waits when the client cancels it, and goes on with the next', async () => {
    const { key } = await stand.key('canceller');
    const { client } = await connect(key);
    const cancelling = new AbortController();
    const waiting = client.callTool(
      { name: 'get_work', arguments: { task_types: ['never'], wait_seconds: 60 } },
      undefined,
      { signal: cancelling.signal, onprogress: () => cancelling.abort() },
    );
    await expect(waiting).rejects.toThrow();
    const submitter = await stand.interlock.agent('claude-code');
    await stand.interlock.call(submitWork, { task_type: 'never', description: 'free' }, submitter);
    const taken = await client.callTool({ name: 'get_work', arguments: { task_types: ['never'] } });
    expect(answerOf(taken)).toMatchObject({ success: true, description: 'free' });
  });

  test('completes what a person types for a prompt', async () => {
    const { key } = await stand.key('completer');
    const { client } = await connect(key);
    const { prompts } = await client.listPrompts();
    expect(prompts.find(({ name }) => name === 'coordinate_file_edit')).toBeDefined();
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'coordinate_file_edit' },
      argument: { name: 'file_path', value: 'subs' },
    });
    expect(Array.isArray(completion.values)).toBe(true);
  });

  test('belongs to the key that began it: another key does not find it, a rotated one goes on with it', async () => {
    const { key, keyId } = await stand.key('owner-of-it');
    const { key: other } = await stand.key('not-the-owner');
    const { transport, client } = await connect(key);
    const id = transport.sessionId ?? '';
    const ping = (by: string, session: string) =>
      stand.ask('/mcp', {
        method: 'POST',
        headers: {
          'x-api-key': by,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-session-id': session,
          'mcp-protocol-version': '2025-11-25',
        },
        body: { jsonrpc: '2.0', id: 1, method: 'ping' },
      });
    expect((await ping(key, id)).status).toBe(200);
    expect((await ping(other, id)).status).toBe(404);
    expect((await ping(key, crypto.randomUUID())).status).toBe(404);
    const { key: next } = (await stand.interlock.call(rotateApiKey, { key_id: keyId }, stand.olga)) as {
      key: string;
    };
    expect((await ping(key, id)).status).toBe(401);
    expect((await ping(next, id)).status).toBe(200);
    await stand.interlock.call(revokeApiKey, { key_id: keyId, reason: 'the test' }, stand.olga);
    expect((await ping(next, id)).status).toBe(401);
    await expect(client.listTools()).rejects.toThrow();
  });

  test('needs a key, a host and an origin that are known, JSON, and a beginning', async () => {
    const { key } = await stand.key('strict');
    const good = {
      'x-api-key': key,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    };
    const post = (headers: Record<string, string>, body: unknown = initialize) =>
      stand.ask('/mcp', { method: 'POST', headers, body }).then(({ status }) => status);
    const { 'x-api-key': _, ...anonymous } = good;
    expect(await post(anonymous)).toBe(401);
    expect(await post({ ...good, host: 'evil.example' })).toBe(421);
    expect(await post({ ...good, origin: 'https://evil.example' })).toBe(403);
    expect(await post({ ...good, 'content-type': 'text/plain' })).toBe(415);
    expect(await post(good, '{')).toBe(400);
    expect(await post(good, { jsonrpc: '2.0', id: 1, method: 'tools/list' })).toBe(400);
    expect(await post({ ...good, accept: 'text/html' })).toBe(406);
    expect(await post(good, { ...initialize, filler: 'x'.repeat(2 * 1024 * 1024) })).toBe(413);
    expect((await stand.ask('/mcp', { headers: good })).status).toBe(400);
    expect(await post({ ...good, origin: 'http://localhost:3000' })).toBe(200);
  });

  test('keeps 32 conversations of one key, and ends the session of the one that made room', async () => {
    const { key } = await stand.key('talkative');
    const first = await connect(key);
    await first.client.callTool({ name: 'acquire_lock', arguments: { file_path: 'room.ts' } });
    for (let more = 0; more < 32; more += 1) await connect(key);
    const { agents } = (await stand.interlock.call(discoverAgents, {}, stand.olga)) as {
      agents: { agent_id: string }[];
    };
    expect(agents.filter(({ agent_id }) => agent_id === 'talkative').length).toBeLessThanOrEqual(33);
    await expect(first.client.listTools()).rejects.toThrow();
  });
});
