import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createInterlock } from '../../../src/client/client.ts';
import { builtBundles, runBridge, type Surroundings, startBridge } from '../../support/bridge/program.ts';
import { atTerminal } from '../../support/bridge/terminal.ts';
import { createPostgresDatabase } from '../../support/databases.ts';
import { temporaryFolder } from '../../support/host/processes.ts';

const deploy = join(import.meta.dirname, '../../../deploy');

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
}
interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes: readonly string[];
  readonly healthcheck: { readonly test: readonly string[] };
  readonly depends_on?: object;
  readonly stop_grace_period?: string;
  readonly hostname?: string;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let around: Surroundings;
let running: ReturnType<typeof startBridge>[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
  const variables = { INTERLOCK_DATABASE_URL: await createPostgresDatabase(), INTERLOCK_PROJECT: 'shop' };
  around = { home: `${folder.path}/home`, cwd: folder.path, variables };
});
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ exit }) => exit));
  running = [];
  await folder[Symbol.asyncDispose]();
});

type Line = Readonly<Record<string, unknown>> & { readonly msg?: string };

/** Starts a coordinator without an editor, and waits until it is ready. */
async function serve(...args: string[]) {
  const started = startBridge(['serve', '--listen', '127.0.0.1:0', ...args], around);
  running.push(started);
  let said = '';
  started.child.stderr.on('data', chunk => {
    said += chunk;
  });
  const lines = (): Line[] =>
    said
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line));
  const line = (msg: string) => lines().find(each => each.msg === msg);
  await expect.poll(() => line('ready'), { timeout: 30_000 }).toBeDefined();
  const port = Number(line('listening for HTTP')?.port);
  return { ...started, lines, port, url: `http://127.0.0.1:${port}` };
}

/** A person signs in at a terminal and makes a key there. */
async function keyFor(agentId: string): Promise<string> {
  const passphrase = 'correct horse battery';
  const signedIn = await atTerminal(['login', '--name', 'Olga'], around, [
    ['Passphrase for', passphrase],
    ['Once more', passphrase],
    ['Type yes', 'yes'],
  ]);
  expect(signedIn).toContain('Olga may decide now');
  const create = [
    'keys',
    'create',
    '--name',
    'CI',
    '--agent-id',
    agentId,
    '--agent-type',
    'codex_cloud_worker',
  ];
  const said = await atTerminal(create, around, [['Your passphrase', passphrase]]);
  const [key = ''] = /ilk\.[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}/.exec(said) ?? [];
  expect(key, said).not.toBe('');
  expect(await atTerminal(['keys'], around, [['Your passphrase', passphrase]])).toContain(agentId);
  return key;
}

describe.skipIf(process.platform !== 'linux')('serve, on a shared Postgres', { timeout: 120_000 }, () => {
  it('serves the holder of a key that a person made at a terminal, and ends in good order', async () => {
    const server = await serve();
    const key = await keyFor('ci-7');
    const interlock = createInterlock({ url: server.url, apiKey: key });
    const { project_id, name, caller } = await interlock.describe_project({});
    expect({ name, caller }).toEqual({ name: 'shop', caller: { kind: 'agent', name: 'ci-7' } });
    expect(project_id).toMatch(/^[0-9a-f-]{36}$/);
    await interlock.acquire_lock({ file_path: 'a.ts' }, { requestId: 'build-1' });

    const waiting = interlock.get_work({ wait_seconds: 2 });
    await expect.poll(() => metric(server.url, key, 'interlock_http_connections')).toBeGreaterThan(1);
    server.child.kill('SIGTERM');
    expect(await waiting).toMatchObject({ success: false });
    const { code, stdout } = await server.exit;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    await expect(interlock.describe_project({})).rejects.toThrow();

    const lines = server.lines();
    for (const line of lines)
      expect(line).toMatchObject({ level: expect.any(Number), time: expect.any(String) });
    expect(lines).toContainEqual(
      expect.objectContaining({
        msg: 'request',
        request_id: 'build-1',
        route: '/api/v1/acquire_lock',
        status: 200,
      }),
    );
    expect(lines.at(-1)?.msg).toBe('stopped');
    expect(JSON.stringify(lines)).not.toContain(key.split('.')[2]);
  });

  it('is healthy by the command of the compose file, and is not when it has ended', async () => {
    const server = await serve();
    const { services } = await compose();
    const test = services.coordinator?.healthcheck.test ?? [];
    expect(test.slice(0, 3)).toEqual(['CMD', 'node', '-e']);
    const health = () =>
      promisify(execFile)(process.execPath, ['-e', (test[3] ?? '').replace('7420', String(server.port))]);
    await health();
    server.child.kill('SIGTERM');
    await server.exit;
    await expect(health()).rejects.toMatchObject({ code: 1 });
  });

  it('answers clients by the names that it was given, and by no others', async () => {
    const server = await serve('--allow-host', 'coordinator', '--allow-host', 'interlock.test');
    const statusFor = (host: string) =>
      promisify(execFile)('curl', [
        '-s',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        '-H',
        `host: ${host}`,
        `${server.url}/live`,
      ]);
    for (const host of ['coordinator:7420', 'interlock.test', 'localhost'])
      expect((await statusFor(host)).stdout, host).toBe('200');
    expect((await statusFor('evil.example')).stdout).toBe('421');
  });

  it.each([
    [['--listen', 'nonsense'], /is "nonsense", which is none/],
    [['--listen', '127.0.0.1:99999'], /which is none/],
    [['--listen', '192.0.2.1:0'], /cannot be offered on 192\.0\.2\.1/],
    [['--listen', '7420', '--requests-per-minute', '0'], /whole number from 1/],
  ])('does not start with %j, and says why', async (args, why) => {
    const started = startBridge(['serve', ...args], around);
    running.push(started);
    const { code, stderr } = await started.exit;
    expect(code).toBe(1);
    expect(stderr).toMatch(why);
  });

  it('does not start where another program listens, and names the port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const started = startBridge(['serve', '--listen', `127.0.0.1:${port}`], around);
    running.push(started);
    const { code, stderr } = await started.exit;
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} (EADDRINUSE)`);
  });
});

describe.skipIf(process.platform !== 'linux')('serve, on the embedded store', { timeout: 120_000 }, () => {
  it('makes room for a backup and for a first sign-in, and goes on serving by itself', async () => {
    around = { home: around.home, cwd: around.cwd };
    const server = await serve();
    const readies = () => server.lines().filter(({ msg }) => msg === 'ready').length;
    expect((await runBridge(['backup', `${folder.path}/backup.sql`], around)).code).toBe(0);
    await expect.poll(readies, { timeout: 30_000 }).toBe(2);
    const passphrase = 'correct horse battery';
    const signedIn = await atTerminal(['login', '--name', 'Olga'], around, [
      ['Passphrase for', passphrase],
      ['Once more', passphrase],
      ['Type yes', 'yes'],
    ]);
    expect(signedIn).toContain('Olga may decide now');
    await expect.poll(readies, { timeout: 30_000 }).toBe(3);
    const { stdout } = await runBridge(['status', '--json'], around);
    expect(JSON.parse(stdout)).toMatchObject({ owner: { pid: server.child.pid } });
    server.child.kill('SIGTERM');
    expect((await server.exit).code).toBe(0);
  });
});

describe('the container files', () => {
  it('start a program that there is, with options that it takes, on the port that is published', async () => {
    const containerfile = await readFile(join(deploy, 'Containerfile'), 'utf8');
    const [, entry = ''] = /^ENTRYPOINT (.+)$/m.exec(containerfile) ?? [];
    const [, command = ''] = /^CMD (.+)$/m.exec(containerfile) ?? [];
    expect(JSON.parse(entry)).toEqual(['node', '/opt/interlock/dist/bridge.js']);
    const [name, ...options] = JSON.parse(command) as string[];
    const help = await promisify(execFile)(process.execPath, [
      join(builtBundles(), 'bridge.js'),
      'help',
      name ?? '',
    ]);
    for (const option of options.filter(each => each.startsWith('--'))) expect(help.stdout).toContain(option);
    const { services } = await compose();
    const port = options.at(-1)?.split(':').at(-1);
    expect(services.coordinator?.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(containerfile).toContain(`EXPOSE ${port}`);
    expect(services.coordinator?.healthcheck.test.join(' ')).toContain(`127.0.0.1:${port}/ready`);
  });

  it('name variables that the program reads, volumes that are declared, and a host that stays', async () => {
    const { services, volumes } = await compose();
    const help = await promisify(execFile)(process.execPath, [join(builtBundles(), 'bridge.js'), 'help']);
    const variables = Object.keys(services.coordinator?.environment ?? {});
    expect(variables.length).toBeGreaterThan(1);
    for (const variable of variables) expect(help.stdout).toContain(variable);
    for (const { volumes: used } of Object.values(services))
      for (const volume of used) expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
    expect(services.coordinator?.hostname).toBe('coordinator');
    expect(Object.keys(services.coordinator?.depends_on ?? {})).toEqual(['postgres']);
    expect(Number.parseInt(services.coordinator?.stop_grace_period ?? '', 10)).toBeGreaterThan(10);
  });
});

async function compose(): Promise<Compose> {
  return parse(await readFile(join(deploy, 'compose.yaml'), 'utf8')) as Compose;
}

async function metric(url: string, key: string, name: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await answer.text())?.[1]);
}
