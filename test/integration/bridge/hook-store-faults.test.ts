import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPostgres } from '../../../src/coordinator/database/postgres.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { dangerous, decisionOf, harmless } from '../../support/bridge/hook-stage.ts';
import { type Exit, runBridge, type Surroundings } from '../../support/bridge/program.ts';
import { ownForReal } from '../../support/bridge/real-owner.ts';
import { createPostgresDatabase } from '../../support/databases.ts';
import { canMount } from '../../support/host/own-disk.ts';
import { temporaryFolder } from '../../support/host/processes.ts';

const timeout = 12;

async function judge(around: Surroundings, call: object, session = 's'): Promise<Exit> {
  const payload = JSON.stringify({ session_id: session, cwd: around.cwd, ...call });
  const exit = await runBridge(
    ['hook', 'claude', 'PreToolUse', '--timeout', String(timeout)],
    around,
    payload,
  );
  expect(exit.milliseconds).toBeLessThan(timeout * 1000);
  return exit;
}

it.for(['node', 'sh'] as const)(
  'a hook by %s ends in time when the database does not answer',
  async (way, { onTestFinished }) => {
    const folder = await temporaryFolder();
    const home = join(folder.path, 'home');
    const url = await createPostgresDatabase();
    const owner = await ownForReal(home, url);
    const blocker = openPostgres({ url, confined: false, report: () => {} });
    onTestFinished(async () => {
      await blocker.close();
      await owner.stop();
      await folder[Symbol.asyncDispose]();
    });
    const around = { home, cwd: folder.path, way, variables: { INTERLOCK_DATABASE_URL: url } };
    expect(decisionOf(await judge(around, harmless)).decision).toBe('none');
    await blocker.transaction(async tx => {
      await tx.query(sql`lock table sessions, audit_log, profiles, locks in access exclusive mode`);
      expect(decisionOf(await judge(around, dangerous, 'another')).decision).toBe('deny');
    });
  },
);

it.runIf(canMount).for(['node', 'sh'] as const)(
  'a hook by %s lets nothing dangerous pass on a full disk',
  async (way, { onTestFinished }) => {
    const folder = await temporaryFolder();
    const home = join(folder.path, 'home');
    mkdirSync(home);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', home]);
    const owner = await ownForReal(home);
    onTestFinished(async () => {
      await owner.stop().catch(() => {});
      execFileSync('umount', ['--lazy', home]);
      await folder[Symbol.asyncDispose]();
    });
    const around = { home, cwd: folder.path, way };
    expect(decisionOf(await judge(around, harmless)).decision).toBe('none');
    fill(home);
    const edit = { tool_name: 'Edit', tool_input: { file_path: join(folder.path, 'a.ts'), new_string: '' } };
    expect(decisionOf(await judge(around, dangerous)).decision).toBe('deny');
    // Its lock could not be written down.
    expect(decisionOf(await judge(around, edit)).decision).toBe('deny');
  },
);

function fill(mount: string): void {
  for (let part = 0; ; part += 1) {
    const { bavail, bsize } = statfsSync(mount);
    if (bavail === 0) return;
    writeFileSync(join(mount, `filler-${part}`), Buffer.alloc(Math.min(bavail * bsize, 16_000_000)));
  }
}
