import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Coordinator, connectOrStart } from '../../../src/coordinator/client.ts';
import { openPostgres } from '../../../src/coordinator/database/postgres.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { endOwner, ownerOf } from '../../support/bridge/coordinators.ts';
import { type Exit, runBridge, type Surroundings, startBridge } from '../../support/bridge/program.ts';
import { createPostgresDatabase } from '../../support/databases.ts';
import { temporaryFolder } from '../../support/host/processes.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let around: Surroundings;

beforeAll(async () => {
  folder = await temporaryFolder();
  around = { home: `${folder.path}/home`, cwd: folder.path };
});
afterAll(async () => {
  await endOwner(around.home);
  await folder[Symbol.asyncDispose]();
});

async function json(
  args: readonly string[],
  where = around,
): Promise<{ code: number | null; body: unknown }> {
  const { code, stdout } = await runBridge([...args, '--json'], where);
  return { code, body: JSON.parse(stdout) };
}

/** Puts something into the project of the folder, as an agent does. */
async function asAgent(where: Surroundings, databaseUrl?: string): Promise<void> {
  const coordinator = await connectOrStart({
    home: where.home,
    start: 'never',
    ...(databaseUrl ? { databaseUrl } : {}),
  });
  const place = { 'interlock-cwd': encodeURIComponent(where.cwd) };
  const call = async (at: Coordinator, name: string, body: object, authorization?: string) => {
    const headers = { ...place, ...(authorization ? { authorization } : {}) };
    const answer = await at.request('POST', `/api/v1/${name}`, { body, headers });
    expect(answer).toMatchObject({ status: 200 });
    return answer.body as Record<string, unknown>;
  };
  const { token } = await call(coordinator, 'register_session', {
    agent_type: 'claude_code',
    agent_id: 'ada',
  });
  const input = { file_path: 'src/a.ts', reason: 'new \u001b[31mprices' };
  await call(coordinator, 'acquire_lock', input, `Session ${token}`);
  coordinator.close();
}

describe('commands about what goes on', () => {
  it('start a coordinator and show an empty project', async () => {
    expect(await json(['status'])).toMatchObject({
      code: 0,
      body: {
        owner: { pid: ownerOf(around.home), generation: 1, version: expect.any(String) },
        store: around.home,
        database: 'embedded',
        schema_version: expect.any(Number),
        project: { worktree: expect.stringContaining(folder.path) },
        sessions: [],
        locks: [],
        pending_approvals: [],
      },
    });
  });

  it('show agents and locks, as data and as a table that no agent can steer', async () => {
    await asAgent(around);
    expect((await json(['status'])).body).toMatchObject({
      sessions: [{ agent_id: 'ada', agent_type: 'claude_code' }],
      locks: [{ file_path: 'src/a.ts', locked_by: 'ada' }],
    });
    expect((await json(['locks', 'src/b.ts'])).body).toMatchObject({ locks: [], free: ['src/b.ts'] });
    expect((await json(['approvals'])).body).toEqual({ approvals: [] });
    const { stdout } = await runBridge(['status'], around);
    expect(stdout).toMatch(/^ada +claude_code +active/m);
    expect(stdout).toMatch(/^src\/a\.ts +exclusive +ada .*new \\u001b\[31mprices$/m);
    expect(stdout).not.toContain('\u001b');
  });

  it('verify the record', async () => {
    expect(await json(['audit', 'verify'])).toEqual({
      code: 0,
      body: { status: 'ok', records: expect.any(Number), records_per_second: expect.any(Number) },
    });
    const { stdout } = await runBridge(['audit', 'verify'], around);
    const pin = /--pin (\d+:[0-9a-f]{64})/.exec(stdout)?.[1] ?? '';
    expect((await runBridge(['audit', 'verify', '--pin', pin], around)).code).toBe(0);
    const foreign = pin.replace(/.$/, last => (last === '0' ? '1' : '0'));
    expect(await runBridge(['audit', 'verify', '--pin', foreign], around)).toMatchObject({
      code: 1,
      stderr: '',
    });
  });

  it('write the record to a file that verifies by itself, and show where it was changed', async () => {
    const file = `${folder.path}/record.jsonl`;
    expect((await runBridge(['audit', 'export', '--out', file], around)).code).toBe(0);
    const { code, body } = await json(['audit', 'verify', '--file', file]);
    expect(code).toBe(0);
    expect(body).toMatchObject({ status: 'ok', first_bad: null });
    const { stdout } = await runBridge(['audit', 'export'], around);
    expect(stdout.split('\n').slice(0, 2)).toEqual((await readFile(file, 'utf8')).split('\n').slice(0, 2));
    await writeFile(file, stdout.replace('register_session', 'register_Session'));
    expect(await json(['audit', 'verify', '--file', file])).toMatchObject({
      code: 1,
      body: { status: 'tampered' },
    });
    expect(
      (await runBridge(['audit', 'verify', '--file', new URL(import.meta.url).pathname], around)).code,
    ).toBe(2);
  });

  it('find tampering in a shared database, and say where with code 1', async () => {
    const url = await createPostgresDatabase();
    const shared = { ...around, home: `${folder.path}/shared`, variables: { INTERLOCK_DATABASE_URL: url } };
    expect((await json(['status'], shared)).body).toMatchObject({ database: 'shared' });
    await asAgent(shared, url);
    const database = openPostgres({ url, report: () => undefined });
    // What only somebody who owns the database can do.
    await database.query(sql`alter table audit_log disable trigger audit_log_only_grows`);
    await database.query(sql`update audit_log set body = body || ' '::bytea where sequence = 2`);
    await database.close();
    const found = await json(['audit', 'verify'], shared);
    await endOwner(`${shared.home}/shared/${await hashOf(url)}`);
    expect(found).toEqual({
      code: 1,
      body: {
        status: 'tampered',
        records: 1,
        records_per_second: expect.any(Number),
        first_bad: { sequence: 2, kind: 'altered' },
      },
    });
  });

  it('say why they could not be carried out, with code 3', async () => {
    const nowhere = { ...around, variables: { INTERLOCK_HOME: '/dev/null/store' } };
    const exit = await runBridge(['status', '--json'], nowhere);
    expect(exit.code).toBe(3);
    expect(JSON.parse(exit.stdout)).toMatchObject({ error: { code: 'store_unavailable' } });
    expect(exit.stderr).toMatch(/^interlock status: .*\/dev\/null\/store.*another one/s);
  });

  it.each([
    [['frobnicate'], 2],
    [['status', '--frob'], 2],
    [['audit'], 2],
    [['audit', 'verify', '--pin', 'x'], 2],
    [['help'], 0],
    [['--version'], 0],
    [[], 0],
  ])('answer %j with code %i', async (args, code) => {
    expect((await runBridge(args, around)).code).toBe(code);
  });
});

describe('serve', () => {
  it('runs the coordinator until it is told to end, and logs to standard error', async () => {
    const own = { ...around, home: `${folder.path}/served` };
    const { child, exit } = startBridge(['serve'], own);
    await expect.poll(() => ownerOf(own.home), { timeout: 20_000 }).toBe(child.pid);
    expect((await json(['status'], own)).body).toMatchObject({ owner: { pid: child.pid } });

    const second: Exit = await runBridge(['serve'], own);
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain(`Process ${child.pid}`);

    child.kill('SIGTERM');
    expect(await exit).toMatchObject({
      code: 0,
      signal: null,
      stderr: expect.stringContaining('"msg":"ready"'),
    });
    expect(ownerOf(own.home)).toBeUndefined();
  });
});

async function hashOf(url: string): Promise<string> {
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(url).digest('hex').slice(0, 16);
}
