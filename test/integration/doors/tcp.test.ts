import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { revokeApiKey, rotateApiKey } from '../../../src/coordinator/keys/operations.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { openTcpStand, type TcpStand } from '../../support/http/tcp-stand.ts';

onEachDatabase('HTTP over TCP', fixture => {
  let stand: TcpStand;

  beforeAll(async () => {
    stand = await openTcpStand(fixture.db);
  });
  afterAll(async () => {
    await stand.close();
    expect(stand.interlock.errors).toEqual([]);
  });

  test('listens on the address it was given, and on no other', () => {
    expect(stand.server.address.host).toBe('127.0.0.1');
    expect(stand.port).toBeGreaterThan(0);
  });

  test.each(['/live', '/health', '/ready'])(
    '%s answers without a key, and says nothing of the store',
    async path => {
      const { status, body } = await stand.ask(path);
      expect(status).toBe(200);
      expect(body).toEqual({ status: 'ok' });
    },
  );

  test('takes a key as x-api-key and as a bearer token, and its holder is the agent it is bound to', async () => {
    const { key } = await stand.key('ci-both');
    const shown = { kind: 'agent', name: 'ci-both' };
    expect((await stand.call(key, 'describe_project')).body.caller).toEqual(shown);
    const bearer = await stand.ask('/api/v1/describe_project', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: {},
    });
    expect(bearer.body.caller).toEqual(shown);
  });

  test('carries an operation out as every other door does: a lock it takes is seen by all', async () => {
    const { key } = await stand.key('ci-locks');
    expect((await stand.call(key, 'acquire_lock', { file_path: 'over-tcp.ts' })).body.success).toBe(true);
    const other = await stand.interlock.agent('claude-code');
    await expect(
      stand.interlock.call(acquireLock, { file_path: 'over-tcp.ts' }, other),
    ).resolves.toMatchObject({ success: false, reason: 'locked_by_other' });
  });

  test('lets a key do nothing that its agent may not do: it decides nothing and makes no keys', async () => {
    const { key } = await stand.key();
    for (const operation of [
      'create_api_key',
      'list_api_keys',
      'decide_approval',
      'enroll_operator',
      'save_policy',
    ]) {
      const { status, body } = await stand.call(key, operation, {});
      expect([401, 403, 422], `${operation}: ${JSON.stringify(body)}`).toContain(status);
      if (status !== 422) expect(body.code).toBe('operation_not_permitted');
    }
    const { status, body } = await stand.call(key, 'list_api_keys', {});
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'operation_not_permitted' });
  });

  test('knows nobody but holders of keys: no session, no operator, no folder of this machine, no hook', async () => {
    const { key } = await stand.key();
    const agent = await stand.interlock.agent('claude-code');
    const olga = stand.olga as { key: string };
    const tries: Record<string, string>[] = [
      {},
      { authorization: `Session ${agent.token}` },
      { authorization: `Operator ${olga.key}` },
      { authorization: `Bearer ${agent.token}` },
      { 'x-api-key': key, authorization: `Operator ${olga.key}` },
    ];
    for (const headers of tries) {
      const { status, body } = await stand.ask('/api/v1/describe_project', {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: {},
      });
      expect({ status, code: body.code }).toEqual({ status: 401, code: 'unauthenticated' });
    }
    for (const header of ['interlock-cwd', 'interlock-project']) {
      const { status } = await stand.call(key, 'describe_project', {}, { [header]: stand.interlock.folder });
      expect(status).toBe(422);
    }
    for (const path of [
      '/handshake',
      '/retire',
      '/hooks/claude/PreToolUse',
      '/hooks/git',
      '/hook-text/claude/Stop',
    ]) {
      const { status } = await stand.ask(path, { method: 'POST', headers: { 'x-api-key': key }, body: {} });
      expect(status, path).toBe(404);
    }
  });

  test('names each request, by the client’s own name where that is a plain one, and in a problem as well', async () => {
    const named = await stand.ask('/live', { headers: { 'x-request-id': 'build-17.3' } });
    expect(named.headers['x-request-id']).toBe('build-17.3');
    const odd = await stand.ask('/nowhere', { headers: { 'x-request-id': 'a b"c' } });
    expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(odd.body).toMatchObject({
      status: 404,
      code: 'not_found',
      request_id: odd.headers['x-request-id'],
    });
    expect(odd.headers['content-type']).toBe('application/problem+json');
  });

  test('says what is left to a key, counts each key by itself, and refuses the rest with the time to wait', async () => {
    const narrow = await openTcpStand(fixture.db, { requestsPerMinute: 3 });
    try {
      const { key } = await narrow.key('one');
      const { key: other } = await narrow.key('two');
      const first = await narrow.call(key, 'describe_project');
      expect(first.headers['ratelimit-policy']).toBe('"key";q=3;w=60');
      expect(first.headers.ratelimit).toMatch(/^"key";r=2;t=\d+$/);
      await narrow.call(key, 'describe_project');
      await narrow.call(key, 'describe_project');
      const over = await narrow.call(key, 'describe_project');
      expect({ status: over.status, code: over.body.code }).toEqual({ status: 429, code: 'rate_limited' });
      expect(Number(over.headers['retry-after'])).toBeGreaterThan(0);
      expect((await narrow.call(other, 'describe_project')).status).toBe(200);
    } finally {
      await narrow.close();
    }
  });

  test('describes itself, and counts what was asked for without a word of who asked', async () => {
    const { key } = await stand.key('secret-agent-name');
    await stand.call(key, 'describe_project');
    const described = await stand.ask('/openapi.json');
    expect(Object.keys(described.body.paths as object)).toContain('/api/v1/acquire_lock');
    expect((await stand.ask('/metrics')).status).toBe(401);
    const { headers, text } = await stand.ask('/metrics', { headers: { authorization: `Bearer ${key}` } });
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toMatch(
      /interlock_calls_total\{operation="describe_project",door="http",outcome="ok"\} \d+/,
    );
    expect(text).toMatch(
      /interlock_http_requests_total\{route="\/api\/v1\/describe_project",status="200"\} \d+/,
    );
    expect(text).toMatch(/interlock_http_connections \d+/);
    expect(text).not.toContain('secret-agent-name');
    expect(text).not.toContain(key);
  });

  test('tells Prometheus what is in the store at this moment', async () => {
    const { key } = await stand.key('counter');
    const read = async () => {
      const { text } = await stand.ask('/metrics', { headers: { authorization: `Bearer ${key}` } });
      return Object.fromEntries(
        [...text.matchAll(/^interlock_([\w{}="]+) (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]),
      );
    };
    const before = await read();
    await stand.call(key, 'acquire_lock', { file_path: 'counted.ts' });
    await stand.call(key, 'submit_work', { task_type: 'review', description: 'count me' });
    const after = await read();
    expect(after).toMatchObject({
      store_up: 1,
      locks: Number(before.locks) + 1,
      'tasks{state="pending"}': Number(before['tasks{state="pending"}']) + 1,
      sessions: Number(before.sessions) + 1,
      approvals_pending: before.approvals_pending,
    });
    expect(after.audit_records).toBeGreaterThanOrEqual(Number(before.audit_records) + 2);
    expect(after.store_bytes).toBeGreaterThan(1_000_000);
    await stand.call(key, 'release_lock', { file_path: 'counted.ts' });
    expect((await read()).locks).toBe(before.locks);
  });

  test('streams the events of the key’s project, of no other, and not beyond the life of the key', async () => {
    const { key, keyId } = await stand.key('listener');
    const stream = await listen(stand, key);
    const elsewhere = await openTcpStand(fixture.db);
    try {
      const stranger = await elsewhere.key('stranger');
      await elsewhere.call(stranger.key, 'acquire_lock', { file_path: 'not-yours.ts' });
      await stand.call(key, 'acquire_lock', { file_path: 'yours.ts' });
      await expect.poll(() => stream.text()).toContain('yours.ts');
      expect(stream.text()).not.toContain('not-yours.ts');
    } finally {
      await elsewhere.close();
    }
    expect(stream.isOver()).toBe(false);
    await stand.interlock.call(revokeApiKey, { key_id: keyId, reason: 'the test' }, stand.olga);
    await expect.poll(() => stream.isOver()).toBe(true);
  });

  test('refuses a rotated key where it was taken a moment ago, and a revoked one', async () => {
    const { key, keyId } = await stand.key('rotating');
    expect((await stand.call(key, 'describe_project')).status).toBe(200);
    const { key: next } = (await stand.interlock.call(rotateApiKey, { key_id: keyId }, stand.olga)) as {
      key: string;
    };
    expect((await stand.call(key, 'describe_project')).status).toBe(401);
    expect((await stand.call(next, 'describe_project')).status).toBe(200);
    await stand.interlock.call(revokeApiKey, { key_id: keyId, reason: 'the test' }, stand.olga);
    expect((await stand.call(next, 'describe_project')).status).toBe(401);
  });

  test('ends in good order: what is on its way is answered, nobody new comes in', async () => {
    const ending = await openTcpStand(fixture.db);
    const { key } = await ending.key('last');
    const stream = await listen(ending, key);
    const cutOff = expect(ending.call(key, 'get_work', { wait_seconds: 30 })).rejects.toThrow();
    const answered = ending.call(key, 'get_work', { wait_seconds: 1 });
    await expect.poll(() => ending.server.countConnections()).toBe(3);
    const drained = ending.server.drain(2_000);
    await expect.poll(() => stream.isOver()).toBe(true);
    await expect(ending.call(key, 'describe_project')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect((await answered).status).toBe(200);
    await drained;
    await ending.close();
    await cutOff;
    // The store is the suite's: whoever waits there no more has taken nothing with it.
    expect(await stand.interlock.call(describeProject, {}, stand.olga)).toBeDefined();
  });
});

interface EventReader {
  text(): string;
  isOver(): boolean;
}

async function listen({ port }: TcpStand, key: string): Promise<EventReader> {
  const sent = request({ host: '127.0.0.1', port, path: '/events', headers: { 'x-api-key': key } });
  sent.end();
  const [response] = await once(sent, 'response');
  expect(response.statusCode).toBe(200);
  let text = '';
  let over = false;
  response.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  for (const event of ['end', 'error', 'close']) response.on(event, () => (over = true));
  return { text: () => text, isOver: () => over };
}
