import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { forceReleaseLock } from '../../../src/coordinator/locks/force-release.ts';
import { releaseLock } from '../../../src/coordinator/locks/release.ts';
import { heartbeat, registerSession } from '../../../src/coordinator/sessions/register.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';

interface Entry {
  readonly sequence: number;
  readonly recorded_at: string;
  readonly operation: string;
  readonly outcome: string;
  readonly agent_id: string | null;
  readonly session_id: string | null;
  readonly delegated_from: string | null;
  readonly resource: { readonly id: string } | null;
  readonly decision: { readonly decision: string } | null;
}

interface Page {
  readonly records: readonly Entry[];
  readonly next_cursor: number | null;
}

onEachDatabase('query_audit', fixture => {
  let interlock: CoordinatorFixture;
  let elsewhere: CoordinatorFixture;
  let olga: Credential;
  let all: readonly Entry[];

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    elsewhere = await openCoordinator(fixture.db);
    olga = await interlock.operator();
    const trusted = await interlock.agent('claude_code', 'ada');
    const registered = await interlock.call(registerSession, {
      agent_type: 'copilot',
      agent_id: 'ben',
      delegated_from: 'Bea',
    });
    const delegated: Credential = { kind: 'session', token: (registered as { token: string }).token };
    for (const session of [trusted, delegated]) {
      for (const file_path of ['a.ts', 'b.ts', 'c.ts']) {
        await interlock.call(acquireLock, { file_path }, session);
        await interlock.call(releaseLock, { file_path }, session);
      }
      await interlock.call(forceReleaseLock, { file_path: 'a.ts', reason: 'x' }, session).catch(() => {});
      await interlock.call(acquireLock, { file_path: '.env' }, session).catch(() => {});
    }
    await elsewhere.call(acquireLock, { file_path: 'a.ts' }, await elsewhere.agent('claude_code', 'ada'));
    all = (await ask({ limit: 500 })).records;
  });
  afterAll(async () => {
    await interlock.close();
    await elsewhere.close();
  });

  const ask = async (filter: object) => (await interlock.call(queryAudit, filter, olga)) as Page;

  test('shows the record of its own project alone, newest first and without gaps', () => {
    expect(all.length).toBeGreaterThan(15);
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => all.length - index));
  });

  test('filters by each of its fields, and by any two of them together', async () => {
    const filters = {
      agent_id: { given: 'ada', fits: (entry: Entry) => entry.agent_id === 'ada' },
      operation: { given: 'acquire_lock', fits: (entry: Entry) => entry.operation === 'acquire_lock' },
      resource: { given: 'a.ts', fits: (entry: Entry) => entry.resource?.id === 'a.ts' },
      outcome: { given: 'denied', fits: (entry: Entry) => entry.outcome === 'denied' },
      decision: { given: 'deny', fits: (entry: Entry) => entry.decision?.decision === 'deny' },
      delegated_from: { given: 'Bea', fits: (entry: Entry) => entry.delegated_from === 'Bea' },
      session_id: {
        given: all.find(({ agent_id }) => agent_id === 'ben')?.session_id,
        fits: (entry: Entry) => entry.agent_id === 'ben' && entry.session_id !== null,
      },
      since: {
        given: all[5]?.recorded_at,
        fits: (entry: Entry) => entry.recorded_at >= String(all[5]?.recorded_at),
      },
      until: {
        given: all[5]?.recorded_at,
        fits: (entry: Entry) => entry.recorded_at < String(all[5]?.recorded_at),
      },
    };
    const named = Object.entries(filters);
    expect(named.map(([name]) => name).sort()).toEqual(
      Object.keys(queryAudit.input.shape)
        .filter(name => name !== 'limit' && name !== 'cursor')
        .sort(),
    );
    for (const [one, first] of named) {
      const alone = all.filter(first.fits);
      expect([one, alone.length > 0 && alone.length < all.length]).toEqual([one, true]);
      for (const [other, second] of named) {
        const { records } = await ask({ [one]: first.given, [other]: second.given, limit: 500 });
        const wanted = all.filter(entry => first.fits(entry) && second.fits(entry));
        expect([one, other, records.map(({ sequence }) => sequence)]).toEqual([
          one,
          other,
          wanted.map(({ sequence }) => sequence),
        ]);
      }
    }
  });

  test('goes on where a page ended, with each record once, though more are written meanwhile', async () => {
    const wanted = all
      .filter(({ operation }) => operation === 'acquire_lock')
      .map(({ sequence }) => sequence);
    const seen: number[] = [];
    let cursor: number | null | undefined;
    while (cursor !== null) {
      const page: Page = await ask({
        operation: 'acquire_lock',
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      expect(page.records.length).toBeLessThanOrEqual(2);
      seen.push(...page.records.map(({ sequence }) => sequence));
      cursor = page.next_cursor;
      const late = await interlock.agent('claude_code', `late-${seen.length}`);
      await interlock.call(acquireLock, { file_path: `late-${seen.length}.ts` }, late);
      await interlock.call(heartbeat, {}, late);
    }
    expect(seen).toEqual(wanted);
  });

  test('says that there is no more where a page is just full', async () => {
    const { records } = await ask({ agent_id: 'ben', limit: 500 });
    expect(await ask({ agent_id: 'ben', limit: records.length })).toMatchObject({ next_cursor: null });
    expect((await ask({ agent_id: 'ben', limit: records.length - 1 })).next_cursor).toBe(
      records.at(-2)?.sequence,
    );
  });
});
