import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../../src/coordinator/database/postgres.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { endOwner, ownerOf } from '../../support/bridge/coordinators.ts';
import { builtBundles, runBridge, type Surroundings } from '../../support/bridge/program.ts';
import { createPostgresDatabase } from '../../support/databases.ts';
import { canMount } from '../../support/host/own-disk.ts';
import { temporaryFolder } from '../../support/host/processes.ts';
import { git, makeRepository } from '../../support/repository.ts';

interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'note' | 'bad';
  readonly found: string;
  readonly mend?: string;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let around: Surroundings;

beforeAll(async () => {
  folder = await temporaryFolder();
  around = { home: `${folder.path}/home`, cwd: `${folder.path}/repository` };
  makeRepository(around.cwd);
  await runBridge(['status'], around);
}, 60_000);
afterAll(async () => {
  await endOwner(around.home);
  await folder[Symbol.asyncDispose]();
});

async function doctor(where: Surroundings = around): Promise<{ code: number | null; findings: Finding[] }> {
  const { code, stdout } = await runBridge(['doctor', '--json'], where);
  return { code, findings: JSON.parse(stdout).findings };
}

/** What is wrong; the exit code has to say the same. */
async function wrong(where?: Surroundings): Promise<Finding[]> {
  const { code, findings } = await doctor(where);
  const bad = findings.filter(({ status }) => status === 'bad');
  expect(code).toBe(bad.length > 0 ? 1 : 0);
  return bad;
}

/** Does what the one finding says, as a person would at a terminal, and looks that it has helped. */
async function mendAsTold(check: string, found: RegExp): Promise<void> {
  const bad = await wrong();
  expect(bad).toMatchObject([{ check, found: expect.stringMatching(found) }]);
  const interlock = `${process.execPath} ${builtBundles()}/bridge.js`;
  const mend = (bad[0]?.mend ?? '').replace(/^interlock /, `${interlock} `);
  const env = { ...process.env, HOME: around.home, INTERLOCK_HOME: around.home };
  execFileSync('/bin/sh', ['-c', mend], { cwd: around.cwd, env, stdio: 'pipe' });
  expect(await wrong()).toEqual([]);
}

describe.skipIf(process.platform === 'win32')('doctor', { timeout: 60_000 }, () => {
  it('finds nothing where all is well, and says what it looked at', async () => {
    const { code, findings } = await doctor();
    expect(code).toBe(0);
    const checks = new Set(findings.map(({ check }) => check));
    const expected = [
      'Node',
      'git',
      'folder',
      'disk',
      'database',
      'coordinator',
      'clock',
      'audit log',
      'git hooks',
    ];
    expect([...checks]).toEqual(expect.arrayContaining(expected));
  });

  it('has folders and programs closed that others can open', async () => {
    chmodSync(around.home, 0o755);
    await mendAsTold('folder', /home is open to others \(755\)/);
    mkdirSync(`${around.home}/bin`, { recursive: true });
    const launcher = `${around.home}/bin/interlock.mjs`;
    writeFileSync(launcher, `import("file://${builtBundles()}/bridge.js");\n`);
    chmodSync(launcher, 0o666);
    await mendAsTold('folder', /interlock\.mjs is open to others \(666\)/);
    rmSync(launcher);
  });

  it('has a launcher that leads nowhere written anew', async () => {
    writeFileSync(`${around.home}/bin/interlock.mjs`, 'import("file:///gone/bridge.js");\n');
    expect(await wrong()).toMatchObject([{ check: 'launcher', mend: expect.stringContaining('the editor') }]);
    rmSync(`${around.home}/bin/interlock.mjs`);
  });

  it('has hooks of git put back that git does not come to any more', async () => {
    await runBridge(['git-hooks', 'install'], around);
    const hook = join(around.cwd, '.git/hooks/pre-commit');
    chmodSync(hook, 0o644);
    await mendAsTold('git hooks', /does not ask in pre-commit/);
    writeFileSync(hook, '#!/bin/sh\n');
    await mendAsTold('git hooks', /does not ask in pre-commit/);
    const asking = join(around.cwd, '.git/interlock/pre-commit');
    writeFileSync(
      asking,
      readFileSync(asking, 'utf8').replace(/^bridge=.*$/m, "bridge='/gone/it'\\''s/bridge.js'"),
    );
    await mendAsTold('git hooks', /lead to \/gone\/it's\/bridge\.js, which is gone/);
    git(around.cwd, 'config', 'core.hooksPath', 'scripts/hooks');
    await mendAsTold(
      'git hooks',
      /does not ask in pre-commit, pre-push, prepare-commit-msg .*scripts\/hooks/,
    );
    await runBridge(['git-hooks', 'remove'], around);
    git(around.cwd, 'config', '--unset', 'core.hooksPath');
    await runBridge(['git-hooks', 'remove'], around);
    expect(await wrong()).toEqual([]);
  });

  it('notices hooks of a harness that lead nowhere or are switched off', async () => {
    const settings = join(around.cwd, '.claude/settings.json');
    mkdirSync(join(around.cwd, '.claude'));
    const withHook = (program: string, more = {}) =>
      writeFileSync(
        settings,
        JSON.stringify({
          ...more,
          hooks: {
            PreToolUse: [
              { hooks: [{ type: 'command', command: `sh "${program}" hook claude PreToolUse # interlock` }] },
            ],
          },
        }),
      );
    withHook('/gone/hook.sh');
    expect(await wrong()).toMatchObject([
      { check: 'Claude Code', found: expect.stringContaining('/gone/hook.sh, which is gone') },
    ]);
    withHook(`${builtBundles()}/hook.sh`, { disableAllHooks: true });
    expect(await wrong()).toMatchObject([
      {
        check: 'Claude Code',
        found: expect.stringMatching(/^disableAllHooks in .* keeps all hooks/),
        mend: `Take it out of ${settings}.`,
      },
    ]);
    withHook(`${builtBundles()}/hook.sh`);
    expect(await wrong()).toEqual([]);
    rmSync(join(around.cwd, '.claude'), { recursive: true });
  });

  it('says that git is missing', async () => {
    const bad = await wrong({ ...around, variables: { PATH: folder.path } });
    expect(bad).toMatchObject([{ check: 'git', mend: expect.stringContaining('Install git') }]);
  });

  it('heals a store whose coordinator was killed', async () => {
    const pid = ownerOf(around.home);
    await endOwner(around.home);
    const { findings } = await doctor();
    const coordinator = findings.find(({ check }) => check === 'coordinator');
    expect(coordinator?.status).toBe('ok');
    expect(coordinator?.found).not.toContain(String(pid));
  });

  it('notices a home that is no folder, is somebody else’s, or cannot be made', async () => {
    // The database is out of reach on purpose: it is about the folder alone.
    const variables = { INTERLOCK_DATABASE_URL: 'postgres://127.0.0.1:1/none' };
    const there = { ...around, home: `${folder.path}/other`, variables };
    writeFileSync(there.home, '');
    expect(await wrong(there)).toContainEqual(
      expect.objectContaining({
        check: 'folder',
        found: expect.stringContaining('is no folder'),
        mend: `Remove ${there.home}, or set INTERLOCK_HOME to another.`,
      }),
    );
    rmSync(there.home);
    if (process.getuid?.() === 0) {
      mkdirSync(there.home, { mode: 0o700 });
      chownSync(there.home, 4711, 4711);
      expect(await wrong(there)).toContainEqual(
        expect.objectContaining({
          check: 'folder',
          found: expect.stringContaining('belongs to another user'),
        }),
      );
    }
  });

  it.runIf(canMount)(
    'notices a home that cannot be written to, and a disk that is full',
    async ({ onTestFinished }) => {
      const variables = { INTERLOCK_DATABASE_URL: 'postgres://127.0.0.1:1/none' };
      const home = `${folder.path}/mounted`;
      mkdirSync(home, { mode: 0o700 });
      onTestFinished(() => void execFileSync('umount', [home]));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m,mode=700', 'tmpfs', home]);
      const bad = await wrong({ ...around, home, variables });
      expect(bad.map(({ found, mend }) => `${found}: ${mend}`)).toEqual([
        `${home} cannot be written to: Set INTERLOCK_HOME to one that can.`,
        expect.stringMatching(/^0\.0 GB free: Make room/),
      ]);
    },
  );
});

describe.skipIf(process.platform === 'win32')('doctor, on a shared Postgres', { timeout: 120_000 }, () => {
  it('tells what keeps the database from being used, and is content once that is mended', async () => {
    const url = await createPostgresDatabase();
    const owner = openPostgres({ url, confined: false, report: () => {} });
    const at = (change: (url: URL) => void) => {
      const changed = new URL(url);
      change(changed);
      return changed.href;
    };
    const database = async (name: string, databaseUrl: string) => {
      const home = `${folder.path}/${name}`;
      const bad = await wrong({ ...around, home, variables: { INTERLOCK_DATABASE_URL: databaseUrl } });
      await endOwner(home);
      return bad;
    };
    const because = (found: RegExp, mend: RegExp) => [
      { check: 'coordinator', found: expect.stringMatching(found), mend: expect.stringMatching(mend) },
    ];
    const role = `poor_${Date.now()}`;
    await owner.transaction(tx => tx.script(`create role ${role} login password 'right'`));
    try {
      expect(await database('refused', 'postgres://127.0.0.1:1/x')).toMatchObject(
        because(/cannot be reached.*ECONNREFUSED/, /database settings/),
      );
      const password = at(to => Object.assign(to, { username: role, password: 'wrong' }));
      expect(await database('password', password)).toMatchObject(
        because(/password authentication/, /password in the address/),
      );
      const rights = at(to => Object.assign(to, { username: role, password: 'right' }));
      expect(await database('rights', rights)).toMatchObject(
        because(/permission denied/, /user who owns the tables/),
      );
      const nowhere = at(to => Object.assign(to, { pathname: '/nowhere' }));
      expect(await database('nowhere', nowhere)).toMatchObject(
        because(/"nowhere" does not exist/, /Create that database/),
      );
      expect(await database('fine', url)).toEqual([]);

      await owner.query(sql`
        insert into schema_migrations (number, name, breaking, checksum)
        select number + 1000, name, true, checksum from schema_migrations order by number desc limit 1`);
      expect(await database('newer', url)).toMatchObject(because(/does not know/, /Update Interlock/));
    } finally {
      await owner.transaction(tx => tx.script(`drop role ${role}`));
      await owner.close();
    }
  });
});
