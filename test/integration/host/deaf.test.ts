import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { openPostgres } from '../../../src/coordinator/database/postgres.ts';
import { type Query, sql } from '../../../src/coordinator/database/sql.ts';
import { type EditorWindow, openWindow } from '../../support/bridge/window.ts';
import { createPostgresDatabase } from '../../support/databases.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/host/processes.ts';
import { makeRepository } from '../../support/repository.ts';

/** Two machines on one Postgres, of which one cannot listen any more, while its other connections are as good as before. */
describe('a coordinator that has lost the connection on which it hears of others', () => {
  let folder: TemporaryFolder;
  let repository: string;
  let url: string;
  let here: EditorWindow;
  let there: EditorWindow;

  beforeEach(async () => {
    folder = await temporaryFolder();
    repository = `${folder.path}/repository`;
    makeRepository(repository);
    url = await createPostgresDatabase();
    here = await openWindow(`${folder.path}/here`, repository, { url });
    there = await openWindow(`${folder.path}/there`, repository, { url, key: here.key });
  });
  afterEach(async () => {
    await letConnect(true);
    await here.close();
    await there.close();
    await folder[Symbol.asyncDispose]();
  });

  const asAdministrator = async <Row>(statement: Query<Row>) => {
    const admin = openPostgres({ url: inject('postgresUrl'), report: () => undefined });
    return admin.query(statement).finally(admin.close);
  };
  const name = () => new URL(url).pathname.slice(1);
  const letConnect = (may: boolean) =>
    asAdministrator(
      may
        ? sql`alter database ${sql.id(name())} with allow_connections true`
        : sql`alter database ${sql.id(name())} with allow_connections false`,
    );
  const endListening = () =>
    asAdministrator(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = ${name()} and query ilike 'listen %'`);
  const troubles = async (window: EditorWindow) =>
    (await window.asPerson('describe_project')).troubles as { what: string; message: string; next: string }[];

  test('says so, tells whoever watches it, looks for itself meanwhile, and is well again by itself', async () => {
    await here.asPerson('configure_project', { settings: { 'policy.engine': 'cedar' } });
    const registered = await there.post('register_session', { agent_type: 'claude_code' });
    const agent = { authorization: `Session ${registered.body.token}` };
    const lock = async () =>
      (await there.post('check_policy', { operation: 'acquire_lock', input: { file_path: 'a.ts' } }, agent))
        .body.decision;
    expect(await lock()).toBe('allow');
    expect(await troubles(there)).toEqual([]);

    await letConnect(false);
    expect((await endListening()).length).toBeGreaterThanOrEqual(2);
    await expect
      .poll(() => troubles(there), { timeout: 10_000 })
      .toMatchObject([
        {
          what: 'events',
          message: expect.stringContaining('is lost'),
          next: expect.stringContaining('tried again'),
        },
      ]);
    expect(there.heard()).toContain('troubles.changed');

    const text = 'forbid (principal, action in Action::"write", resource);';
    await here.asPerson('save_policy', { name: 'closed', text, reason: 'a test' });
    // Nobody tells it any more: it looks with every attempt to listen again, each five seconds at most.
    await expect.poll(lock, { timeout: 12_000 }).toBe('deny');
    expect(await troubles(there)).toMatchObject([{ what: 'events' }]);

    await letConnect(true);
    await expect.poll(() => troubles(there), { timeout: 12_000 }).toEqual([]);
    expect(there.heard().filter(topic => topic === 'troubles.changed').length).toBeGreaterThanOrEqual(2);
    await here.asPerson('delete_policy', { name: 'closed', reason: 'a test' });
    await expect.poll(lock).toBe('allow');
  }, 60_000);
});
