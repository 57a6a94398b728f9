import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chooseStore } from '../../../src/coordinator/choose-store.ts';
import { startWorker, type WorkerCoordinator } from '../../../src/coordinator/client/worker.ts';
import { type Coordinator, connectOrStart } from '../../../src/coordinator/client.ts';
import { createPostgresDatabase } from '../../support/databases.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/host/processes.ts';

const dist = join(import.meta.dirname, '../../../dist');

let home: TemporaryFolder;
let window: WorkerCoordinator | undefined;
let coordinator: Coordinator | undefined;

beforeEach(async () => {
  expect(existsSync(dist), `${dist} is missing: run npm run build`).toBe(true);
  home = await temporaryFolder();
});
afterEach(async () => {
  coordinator?.close();
  await window?.stop();
  await home[Symbol.asyncDispose]();
});

/** The bridge as an agent starts it, which is told nothing of a database. */
async function status(): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, HOME: home.path, INTERLOCK_HOME: home.path };
  const run = promisify(execFile)(process.execPath, [join(dist, 'bridge.js'), 'status', '--json'], {
    env,
    cwd: home.path,
  });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test('agents outside the editor work on the shared database that the person chose there', async () => {
  const databaseUrl = await createPostgresDatabase();
  await chooseStore(home.path, databaseUrl);
  window = startWorker({ home: home.path, databaseUrl, entryPath: join(dist, 'coordinator.mjs') });
  coordinator = await connectOrStart({
    home: home.path,
    databaseUrl,
    start: window.start,
    deadlineMs: 30_000,
  });

  const { stdout } = await status();
  const found = JSON.parse(stdout);
  expect(found).toMatchObject({ database: 'shared', store: coordinator.store, owner: { pid: process.pid } });
});

test('no agent opens the embedded store instead while the shared one has no coordinator', async () => {
  await chooseStore(home.path, 'postgres://nobody@127.0.0.1:1/none');
  const { code, stderr } = await status();
  expect(code).not.toBe(0);
  expect(stderr).toContain('No coordinator runs');
  expect(existsSync(join(home.path, 'store'))).toBe(false);
  expect(existsSync(join(home.path, 'owner-1'))).toBe(false);
});
