import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { createApiKeys } from '../../../src/coordinator/keys/api-keys.ts';
import {
  createApiKey,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
} from '../../../src/coordinator/keys/operations.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { checkLocks } from '../../../src/coordinator/locks/check.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { discoverAgents } from '../../../src/coordinator/sessions/discover.ts';
import { heartbeat, registerSession } from '../../../src/coordinator/sessions/register.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { refusal } from '../approvals/stand.ts';

interface Made {
  readonly key: string;
  readonly api_key: { readonly key_id: string; readonly agent_id: string };
}

onEachDatabase('an API key', fixture => {
  let interlock: CoordinatorFixture;
  let olga: Credential;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    olga = await interlock.operator();
  });
  afterAll(async () => {
    await interlock.close();
    expect(interlock.errors).toEqual([]);
  });

  const make = (more: object = {}) =>
    interlock.call(
      createApiKey,
      { name: 'CI', agent_id: 'ci-7', agent_type: 'codex_cloud_worker', ...more },
      olga,
    ) as Promise<Made>;
  const by = (key: string, session = ''): Credential => ({ kind: 'key', key, session });
  const whoIs = async (credential: Credential) =>
    ((await interlock.call(describeProject, {}, credential)) as { caller: { kind: string; name: string } })
      .caller;
  const sessions = async () => (await interlock.call(discoverAgents, {}, olga)) as object;

  test('makes its holder the agent it is bound to, in a session of its own, on the record', async () => {
    const { key, api_key } = await make();
    expect(await whoIs(by(key))).toEqual({ kind: 'agent', name: 'ci-7' });
    await interlock.call(acquireLock, { file_path: 'a.ts' }, by(key));
    expect(JSON.stringify(await sessions())).toContain('ci-7');
    const { records } = (await interlock.call(queryAudit, { agent_id: 'ci-7' }, olga)) as {
      records: { operation: string }[];
    };
    expect(records.map(({ operation }) => operation)).toEqual(['acquire_lock']);
    expect(api_key.agent_id).toBe('ci-7');
  });

  test('tells apart what its holder does at the same time, where the holder says so', async () => {
    const { key } = await make();
    await interlock.call(acquireLock, { file_path: 'apart.ts' }, by(key, 'one'));
    await expect(
      interlock.call(acquireLock, { file_path: 'apart.ts' }, by(key, 'one')),
    ).resolves.toMatchObject({
      success: true,
    });
    await expect(
      interlock.call(acquireLock, { file_path: 'apart.ts' }, by(key, 'two')),
    ).resolves.toMatchObject({
      success: false,
      reason: 'locked_by_other',
    });
  });

  test('is shown once: the store keeps its hash, and neither list nor record holds it', async () => {
    const { key } = await make();
    const secret = key.split('.')[2] ?? '';
    expect(secret).toHaveLength(43);
    const listed = JSON.stringify(await interlock.call(listApiKeys, { include_revoked: true }, olga));
    const stored = JSON.stringify(await fixture.db.query(sql`select * from api_keys`));
    const recorded = JSON.stringify(await fixture.db.query(sql`select body from audit_log`));
    for (const place of [listed, stored, recorded]) expect(place).not.toContain(secret);
  });

  test.each([
    ['no key at all', 'x'],
    ['an id without a secret', 'ilk.00000000-0000-7000-8000-000000000000.'],
    ['an id that is not there', `ilk.00000000-0000-7000-8000-000000000000.${'a'.repeat(43)}`],
  ])('is refused where it is %s', async (_, key) => {
    expect((await refusal(whoIs(by(key)))).code).toBe('unauthenticated');
  });

  test('with another secret, or another key’s, is refused', async () => {
    const [one, two] = [await make(), await make()];
    const mixed = `ilk.${one.api_key.key_id}.${two.key.split('.')[2]}`;
    expect((await refusal(whoIs(by(mixed)))).code).toBe('unauthenticated');
  });

  test('rotated keeps its identity and its session, and the old secret ends at once or after the overlap', async () => {
    const { key, api_key } = await make();
    await interlock.call(acquireLock, { file_path: 'kept.ts' }, by(key));
    const rotate = (overlap_minutes?: number) =>
      interlock.call(rotateApiKey, { key_id: api_key.key_id, overlap_minutes }, olga) as Promise<Made>;
    const second = await rotate(5);
    await expect(whoIs(by(key))).resolves.toMatchObject({ name: 'ci-7' });
    await expect(whoIs(by(second.key))).resolves.toMatchObject({ name: 'ci-7' });
    const third = await rotate();
    expect((await refusal(whoIs(by(key)))).code).toBe('unauthenticated');
    expect((await refusal(whoIs(by(second.key)))).code).toBe('unauthenticated');
    await expect(interlock.call(acquireLock, { file_path: 'kept.ts' }, by(third.key))).resolves.toMatchObject(
      {
        success: true,
      },
    );
  });

  test('ends by its clock, and so does an overlap', async () => {
    const { key } = await make({ expires_in_days: 1 });
    const other = await make();
    const rotated = (await interlock.call(
      rotateApiKey,
      { key_id: other.api_key.key_id, overlap_minutes: 5 },
      olga,
    )) as Made;
    let nowMs = 0;
    const keys = createApiKeys(
      fixture.db,
      interlock.coordinator.bus,
      () => nowMs,
      () => {},
    );
    await keys.identify(key);
    await keys.identify(other.key);
    nowMs = 6 * 60_000;
    expect((await refusal(keys.identify(other.key))).code).toBe('unauthenticated');
    await keys.identify(rotated.key);
    nowMs = 25 * 60 * 60_000;
    expect((await refusal(keys.identify(key))).message).toContain('expired');
    await keys.close();
  });

  test('revoked ends at once, with its sessions and what they hold', async () => {
    const { key, api_key } = await make();
    await interlock.call(acquireLock, { file_path: 'held.ts' }, by(key));
    const answer = await interlock.call(revokeApiKey, { key_id: api_key.key_id, reason: 'leaked' }, olga);
    expect(answer).toMatchObject({
      sessions_ended: 1,
      api_key: { revoked: { by: 'Olga', reason: 'leaked' } },
    });
    expect((await refusal(whoIs(by(key)))).code).toBe('unauthenticated');
    const { locks } = (await interlock.call(checkLocks, { paths: ['held.ts'] }, olga)) as {
      locks: object[];
    };
    expect(locks).toEqual([]);
    const again = refusal(interlock.call(revokeApiKey, { key_id: api_key.key_id, reason: 'again' }, olga));
    expect((await again).code).toBe('api_key_not_found');
  });

  test('is good in its own project only', async () => {
    const { key } = await make();
    const elsewhere = await openCoordinator(fixture.db);
    const error = await refusal(elsewhere.call(describeProject, {}, by(key)));
    expect(error.code).toBe('identity_mismatch');
    await elsewhere.close();
  });

  test('is made, seen, rotated and revoked by operators, never by agents, and never for a person', async () => {
    const { key, api_key } = await make();
    for (const [operation, input] of [
      [createApiKey, { name: 'mine', agent_id: 'me', agent_type: 'codex' }],
      [listApiKeys, {}],
      [rotateApiKey, { key_id: api_key.key_id }],
      [revokeApiKey, { key_id: api_key.key_id, reason: 'x' }],
    ] as const)
      expect((await refusal(interlock.call(operation, input, by(key)))).code).toBe('operation_not_permitted');
    expect((await refusal(make({ agent_type: 'person' }))).code).toBe('operation_not_permitted');
  });

  test('is noted when it is used', async () => {
    const { key, api_key } = await make();
    const keys = createApiKeys(
      fixture.db,
      interlock.coordinator.bus,
      () => performance.now(),
      () => {},
    );
    await keys.identify(key);
    await keys.close();
    const listed = (await interlock.call(listApiKeys, {}, olga)) as {
      api_keys: { key_id: string; use_count: number; last_used_at: string | null }[];
    };
    expect(listed.api_keys.find(({ key_id }) => key_id === api_key.key_id)).toMatchObject({
      use_count: 1,
      last_used_at: expect.any(String),
    });
  });

  describe('over HTTP', () => {
    const post = async (operation: string, headers: Record<string, string>, body: object = {}) => {
      const server = createServer((incoming, outgoing) => {
        interlock.coordinator.handleRequest(incoming, outgoing);
      });
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      try {
        return await new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
          const sent = request(
            { port, host: '127.0.0.1', method: 'POST', path: `/api/v1/${operation}`, headers },
            response => {
              let text = '';
              response.on('data', chunk => {
                text += String(chunk);
              });
              response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
            },
          );
          sent.on('error', reject);
          sent.end(JSON.stringify(body));
        });
      } finally {
        server.close();
      }
    };

    test('comes as x-api-key, needs no folder, and goes with no other credential', async () => {
      const { key } = await make({ delegated_from: 'Ada' });
      expect(await post('heartbeat', { 'x-api-key': key })).toMatchObject({
        status: 200,
        body: { delegated_from: 'Ada' },
      });
      expect(await post('heartbeat', { 'x-api-key': `${key}x` })).toMatchObject({ status: 401 });
      expect(await post('heartbeat', { 'x-api-key': key, authorization: 'Session y' })).toMatchObject({
        status: 401,
      });
    });

    test('a body that names another identity than the key’s is refused', async () => {
      const { key } = await make({ delegated_from: 'Ada' });
      const headers = { 'x-api-key': key };
      for (const body of [
        { agent_type: 'codex_cloud_worker', agent_id: 'somebody-else' },
        { agent_type: 'strands_orchestrator' },
        { agent_type: 'codex_cloud_worker', delegated_from: 'Eve' },
      ])
        expect(await post('register_session', headers, body)).toMatchObject({
          status: 403,
          body: { code: 'identity_mismatch' },
        });
      expect(
        await post('register_session', headers, { agent_type: 'codex_cloud_worker', current_task: 'x' }),
      ).toMatchObject({ status: 200, body: { agent_id: 'ci-7' } });
      expect(await post('heartbeat', headers, { on_behalf_of: 'Eve' })).toMatchObject({
        status: 403,
        body: { code: 'identity_mismatch' },
      });
      expect(await post('heartbeat', headers, { on_behalf_of: 'Ada' })).toMatchObject({ status: 200 });
    });
  });
});

onEachDatabase('delegation', fixture => {
  let interlock: CoordinatorFixture;
  let olga: Credential;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    olga = await interlock.operator();
  });
  afterAll(() => interlock.close());

  const delegated = async (delegated_from?: string): Promise<Credential> => {
    const answer = (await interlock.call(registerSession, { agent_type: 'codex', delegated_from })) as {
      token: string;
    };
    return { kind: 'session', token: answer.token };
  };

  test('on a call must name the person that the session acts for', async () => {
    const forAda = await delegated('Ada');
    const lock = { file_path: 'a.ts' };
    await expect(
      interlock.call(acquireLock, { ...lock, on_behalf_of: 'Ada' }, forAda),
    ).resolves.toMatchObject({
      success: true,
    });
    for (const [credential, named] of [
      [forAda, 'Eve'],
      [await delegated(), 'Ada'],
      [olga, 'Olga'],
    ] as const) {
      const error = await refusal(interlock.call(heartbeat, { on_behalf_of: named }, credential));
      expect(error.code).toBe('identity_mismatch');
      expect(error.next).toBeTruthy();
    }
    expect((await refusal(interlock.call(heartbeat, { on_behalf_of: 7 }, forAda))).code).toBe(
      'invalid_input',
    );
  });

  test('is on the record, which can be filtered by it, and so is a false one', async () => {
    const forBea = await delegated('Bea');
    await interlock.call(acquireLock, { file_path: 'b.ts' }, forBea);
    await refusal(interlock.call(acquireLock, { file_path: 'c.ts', on_behalf_of: 'Eve' }, forBea));
    const { records } = (await interlock.call(queryAudit, { delegated_from: 'Bea' }, olga)) as {
      records: { operation: string; code: string | null; delegated_from: string }[];
    };
    expect(records.map(({ operation, code }) => [operation, code])).toEqual([
      ['acquire_lock', 'identity_mismatch'],
      ['acquire_lock', null],
    ]);
    const others = (await interlock.call(queryAudit, { delegated_from: 'Eve' }, olga)) as {
      records: object[];
    };
    expect(others.records).toEqual([]);
  });
});
