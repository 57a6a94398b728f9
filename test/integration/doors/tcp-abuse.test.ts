import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decideApproval } from '../../../src/coordinator/approvals/decide.ts';
import { rotateApiKey } from '../../../src/coordinator/keys/operations.ts';
import { checkLocks } from '../../../src/coordinator/locks/check.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { openTcpStand, type TcpStand } from '../../support/http/tcp-stand.ts';

/** Waits that a test can sit through, and that a busy machine still keeps. */
const hasty = { headersMs: 1_500, requestMs: 2_000, lookEveryMs: 100, keepAliveMs: 300 };

onEachDatabase('HTTP over TCP, abused', fixture => {
  let stand: TcpStand;
  let impatient: TcpStand;

  beforeAll(async () => {
    stand = await openTcpStand(fixture.db);
    impatient = await openTcpStand(fixture.db, hasty);
  });
  afterAll(async () => {
    for (const { ask, close, interlock } of [stand, impatient]) {
      // Whatever was done to it, it answers, and nothing of it was an error of its own.
      expect((await ask('/ready')).status).toBe(200);
      await close();
      expect(interlock.errors).toEqual([]);
    }
  });

  test('a wrong key, in every shape, is 401 and names the scheme; none of it is logged or answered back', async () => {
    const { key } = await stand.key('shapes');
    const [prefix, id, secret = ''] = key.split('.');
    const shapes = [
      secret,
      `${prefix}.${id}`,
      `${prefix}.${id}.${'a'.repeat(43)}`,
      `${prefix}.${id}.${secret.slice(0, -1)}`,
      `${prefix}.${id}.${secret}x`,
      `${key},${key}`,
      `ilk.00000000-0000-7000-8000-000000000000.${secret}`,
      key.toUpperCase(),
      "' or 1=1 --",
      'x'.repeat(4_000),
    ];
    for (const shape of shapes) {
      const { status, headers, body, text } = await stand.call(shape, 'describe_project');
      expect({ status, code: body.code }, shape).toEqual({ status: 401, code: 'unauthenticated' });
      expect(headers['www-authenticate']).toMatch(/^Bearer/);
      expect(text).not.toContain(secret);
    }
  });

  test('who tries keys is stopped, without the holders of good keys at the same address', async () => {
    const narrow = await openTcpStand(fixture.db, { failuresPerMinute: 5 });
    try {
      const { key } = await narrow.key('good');
      expect((await narrow.call(key, 'describe_project')).status).toBe(200);
      const wrong = () => `ilk.${crypto.randomUUID()}.${randomBytes(32).toString('base64url')}`;
      const answers: number[] = [];
      for (let tries = 0; tries < 8; tries += 1)
        answers.push((await narrow.call(wrong(), 'describe_project')).status);
      expect(answers).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
      const stopped = await narrow.call(wrong(), 'describe_project');
      expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(0);
      expect((await narrow.call(key, 'describe_project')).status).toBe(200);
    } finally {
      await narrow.close();
    }
  });

  test('a request that is sent again by somebody who overheard it is refused as soon as the key was rotated', async () => {
    const { key, keyId } = await stand.key('overheard');
    const recorded = () => stand.call(key, 'acquire_lock', { file_path: 'replayed.ts' });
    expect((await recorded()).body.success).toBe(true);
    await stand.interlock.call(rotateApiKey, { key_id: keyId }, stand.olga);
    expect((await recorded()).status).toBe(401);
  });

  test('an approval that was given once is used once, however often the call is sent', async () => {
    const { key } = await stand.key('repeats');
    const wanted = {
      operation: 'deploy',
      resource: 'production',
      content: 'release 7',
      justification: 'due',
    };
    const own = await stand.call(key, 'request_approval', wanted);
    const { approval_id } = own.body as { approval_id: string };
    const { key: other } = await stand.key('other');
    for (const operation of ['check_approval', 'cancel_approval']) {
      const { status, body } = await stand.call(other, operation, { approval_id });
      expect([403, 404], `${operation}: ${JSON.stringify(body)}`).toContain(status);
    }
    const verdict = { approval_id, decision: 'approved' };
    expect((await stand.call(key, 'decide_approval', verdict)).status).toBe(403);
    await stand.interlock.call(decideApproval, verdict, stand.olga);
    const use = () => stand.call(key, 'use_approval', { approval_id, content: wanted.content });
    const uses = await Promise.all(Array.from({ length: 10 }, use));
    expect(
      uses.filter(({ status }) => status === 200),
      JSON.stringify(uses[0]?.body),
    ).toHaveLength(1);
  });

  test('other people’s locks, tasks and sessions stay theirs, whatever id a call names', async () => {
    const { key: mine } = await stand.key('mine');
    const { key: yours } = await stand.key('yours');
    await stand.call(mine, 'acquire_lock', { file_path: 'mine.ts' });
    expect((await stand.call(yours, 'release_lock', { file_path: 'mine.ts' })).body.code).toBe(
      'lock_not_found_or_not_owner',
    );
    const task = await stand.call(mine, 'submit_work', { task_type: 'test', description: 'mine' });
    const claimed = await stand.call(mine, 'get_work', { task_types: ['test'] });
    expect(claimed.body, JSON.stringify(task.body)).toMatchObject({ success: true });
    const { task_id } = claimed.body as { task_id: string };
    const taken = await stand.call(yours, 'complete_work', { task_id, success: true, result: {} });
    expect(taken.body.success).not.toBe(true);
    for (const named of [
      { agent_id: 'mine' },
      { session_id: crypto.randomUUID() },
      { on_behalf_of: 'Olga' },
    ]) {
      const { status } = await stand.call(yours, 'acquire_lock', { file_path: 'x.ts', ...named });
      expect([403, 422]).toContain(status);
    }
    const { locks } = (await stand.interlock.call(checkLocks, {}, stand.olga)) as {
      locks: { holder?: { agent_id: string } }[];
    };
    expect(JSON.stringify(locks)).toContain('mine.ts');
    expect(JSON.stringify(locks)).not.toContain('"x.ts"');
  });

  test('a key is good in its own project alone: nothing of another is found by its id', async () => {
    const elsewhere = await openTcpStand(fixture.db);
    try {
      const { key: there } = await elsewhere.key('there');
      const task = await elsewhere.call(there, 'submit_work', { task_type: 'test', description: 'theirs' });
      expect(task.status, task.text).toBe(200);
      const { task_id } = task.body as { task_id: string };
      const { key: here } = await stand.key('here');
      const { status, body } = await stand.call(here, 'get_task', { id: task_id });
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'task_not_found' });
    } finally {
      await elsewhere.close();
    }
  });

  test.each([
    ['a length that says so', { 'content-length': String(2 * 1024 * 1024) }],
    ['chunks that do not end', { 'transfer-encoding': 'chunked' }],
  ])('a body that is too large is refused before its end, with %s', async (_, framing) => {
    const { key } = await stand.key();
    const { socket, answered } = stand.raw();
    await once(socket, 'connect');
    const head = {
      host: 'localhost',
      'x-api-key': key,
      'content-type': 'application/json',
      ...framing,
    };
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
    socket.write(`POST /api/v1/remember HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    const chunk = 'x'.repeat(64 * 1024);
    const isChunked = 'transfer-encoding' in framing;
    for (let sent = 0; sent < 20 && socket.writable; sent += 1)
      socket.write(isChunked ? `10000\r\n${chunk}\r\n` : chunk);
    expect(await answered).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('bodies that are no JSON object, or say that they are something else, change nothing', async () => {
    const { key } = await stand.key();
    const send = (body: string, type = 'application/json') =>
      stand.ask('/api/v1/acquire_lock', {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': type },
        body,
      });
    for (const body of ['{', '[]', '"text"', 'null', '1e999', '{"__proto__":{"admin":true}}', '\u0000', '']) {
      const { status, body: problem } = await send(body);
      expect({ status, code: problem.code }, body).toEqual({ status: 422, code: 'invalid_input' });
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect((await send('{"file_path":"a.ts"}', type)).status).toBe(415);
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect((await send(`{"file_path":${deep}}`)).status).toBe(422);
  });

  test('who sends the head of a request byte by byte is cut off, and so is who leaves out its body', async () => {
    const slowHead = impatient.raw();
    await once(slowHead.socket, 'connect');
    slowHead.socket.write('POST /api/v1/describe_project HTTP/1.1\r\nhost: localhost\r\n');
    const dripping = setInterval(() => slowHead.socket.writable && slowHead.socket.write('x: y\r\n'), 40);
    const { key } = await impatient.key();
    const slowBody = impatient.raw();
    await once(slowBody.socket, 'connect');
    slowBody.socket.write(
      `POST /api/v1/describe_project HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
    );
    const idle = impatient.raw();
    await once(idle.socket, 'connect');
    expect(await slowHead.answered).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(dripping);
    expect(await slowBody.answered).toMatch(/^HTTP\/1\.1 408 |^$/);
    expect(await idle.answered).toMatch(/^HTTP\/1\.1 408 |^$/);
  });

  test('two hundred who open a connection and say little do not keep anybody else out', async () => {
    const slow = Array.from({ length: 200 }, () => impatient.raw());
    for (const { socket } of slow) socket.write('GET /live HTTP/1.1\r\nhost:');
    const { key } = await impatient.key();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => impatient.call(key, 'describe_project').then(({ status }) => status)),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
    await Promise.all(slow.map(({ answered }) => answered));
    await expect.poll(() => impatient.server.countConnections()).toBe(0);
  });

  test('more connections than there is room for are closed, and room that becomes free is taken', async () => {
    const small = await openTcpStand(fixture.db, { ...hasty, connections: 5 });
    try {
      const { socket } = small.raw();
      const others = Array.from({ length: 9 }, () => small.raw());
      await Promise.all([socket, ...others.map(each => each.socket)].map(each => once(each, 'connect')));
      await expect.poll(() => small.server.countConnections()).toBeLessThanOrEqual(5);
      await expect
        .poll(() => small.ask('/live').catch(() => undefined), { timeout: 10_000 })
        .toMatchObject({ status: 200 });
    } finally {
      await small.close();
    }
  });

  test('one key does not hold all connections: what waits is counted', async () => {
    const small = await openTcpStand(fixture.db, { openPerKey: 3 });
    try {
      const { key } = await small.key('greedy');
      const { key: other } = await small.key('modest');
      const waiting = Array.from({ length: 4 }, () => small.call(key, 'get_work', { wait_seconds: 3 }));
      await Promise.race(waiting);
      expect((await small.call(other, 'describe_project')).status).toBe(200);
      const answers = await Promise.all(waiting);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
      expect((await small.call(key, 'describe_project')).status).toBe(200);
    } finally {
      await small.close();
    }
  });

  test.each([
    '//api/v1/describe_project',
    '/api//v1/describe_project',
    '/api/v1/../v1/describe_project',
    '/api/v1/./describe_project',
    '/api/v1/%2e%2e/handshake',
    '/api/v1/describe%5fproject',
    '/api/v1/describe_project/',
    '/api/v1/describe_project/x',
    '/api/v1/describe_project%00',
    '/api/v1/describe_project;x=1',
    '/API/v1/describe_project',
    '/api/v1/__proto__',
    '/api/v1/constructor',
    '/live/../hooks/git',
    '//localhost/hooks/git',
    'http://localhost/hooks/git',
    'http://localhost/api/v1/describe_project',
    '*',
  ])('the path %s leads nowhere', async path => {
    const { key } = await stand.key('paths');
    const { socket, answered } = stand.raw();
    await once(socket, 'connect');
    socket.end(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`,
    );
    expect(await answered).toMatch(/^HTTP\/1\.1 40[04] /);
  });

  test('an address takes its own methods, and says which', async () => {
    const { key } = await stand.key();
    for (const [method, path, allow] of [
      ['GET', '/api/v1/acquire_lock', 'POST'],
      ['DELETE', '/api/v1/acquire_lock', 'POST'],
      ['POST', '/live', 'GET, HEAD'],
      ['OPTIONS', '/api/v1/acquire_lock', 'POST'],
      ['TRACE', '/live', 'GET, HEAD'],
    ] as const) {
      const { status, headers } = await stand.ask(path, { method, headers: { 'x-api-key': key } });
      expect({ status, allow: headers.allow }, `${method} ${path}`).toEqual({ status: 405, allow });
      // A page of another site is told nothing that would let it call.
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    'localhost@evil.example',
    '[::ffff:1.2.3.4]',
  ])('a request that was meant for %s is refused', async host => {
    const { status, body } = await stand.ask('/live', { headers: { host } });
    expect({ status, code: body.code }).toEqual({ status: 421, code: 'host_not_allowed' });
  });

  test.each(['localhost', 'LOCALHOST:1234', '127.0.0.1', '[::1]:80'])(
    'a request for this machine by the name %s is answered',
    async host => {
      expect((await stand.ask('/live', { headers: { host } })).status).toBe(200);
    },
  );

  test('a request without a host, or with two, is none', async () => {
    for (const hosts of [
      '',
      'host: localhost\r\nhost: evil.example\r\n',
      'host: evil.example\r\nHost: localhost\r\n',
    ]) {
      const { socket, answered } = stand.raw();
      await once(socket, 'connect');
      socket.end(`GET /live HTTP/1.1\r\n${hosts}connection: close\r\n\r\n`);
      expect(await answered).toMatch(/^HTTP\/1\.1 400 /);
    }
  });

  test.each(['https://evil.example', 'http://localhost.evil.example', 'null', 'file://', 'not a url'])(
    'a page of %s is not let in',
    async origin => {
      const { key } = await stand.key();
      const { status, body } = await stand.call(key, 'describe_project', {}, { origin });
      expect({ status, code: body.code }).toEqual({ status: 403, code: 'origin_not_allowed' });
    },
  );

  test('a flood of headers is refused, and so is one long one', async () => {
    for (const headers of [
      Array.from({ length: 2_000 }, (_, index) => `x-${index}: ${'y'.repeat(20)}`).join('\r\n'),
      `x-long: ${'y'.repeat(64 * 1024)}`,
    ]) {
      const { socket, answered } = stand.raw();
      await once(socket, 'connect');
      socket.write(`GET /live HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n\r\n`);
      expect(await answered).toMatch(/^HTTP\/1\.1 431 |^$/);
    }
  });

  test('what is no HTTP, smuggles a second request or asks for another protocol is refused', async () => {
    const broken = [
      '\u0016\u0003\u0001\u0002\u0000',
      'GET /live\r\n\r\n',
      'GET /live HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST /live HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef',
      'POST /live HTTP/1.1\r\nhost : localhost\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'CONNECT localhost:22 HTTP/1.1\r\nhost: localhost\r\n\r\n',
    ];
    for (const text of broken) {
      const { socket, answered } = stand.raw();
      await once(socket, 'connect');
      socket.write(text);
      expect(await answered, JSON.stringify(text)).toMatch(/^HTTP\/1\.1 4\d\d |^$/);
    }
    const upgrade = stand.raw();
    upgrade.socket.end(
      'GET /mcp HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: interlock-mcp\r\n\r\n',
    );
    expect(await upgrade.answered).not.toMatch(/^HTTP\/1\.1 101 /);
  });

  test('under load from many connections every call is answered, and locks stay exclusive', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, (_, index) => stand.key(`load-${index}`)));
    const took: { file: number; success: unknown }[] = [];
    await Promise.all(
      keys.map(async ({ key }) => {
        for (let file = 0; file < 25; file += 1) {
          const { status, body } = await stand.call(key, 'acquire_lock', { file_path: `load/${file}.ts` });
          expect(status).toBe(200);
          took.push({ file, success: body.success });
        }
      }),
    );
    for (let file = 0; file < 25; file += 1) {
      const holders = took.filter(each => each.file === file && each.success === true);
      expect(holders).toHaveLength(1);
    }
  });
});
