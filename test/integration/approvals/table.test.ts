import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QueryError, sqlState } from '../../../src/coordinator/database/errors.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type Agent, openStand, type Stand } from './stand.ts';

onEachDatabase('the table of approvals', fixture => {
  let stand: Stand;
  let agent: Agent;
  let olga: Credential;

  beforeAll(async () => {
    stand = await openStand(fixture.db);
    olga = await stand.operator();
    agent = await stand.agent('copilot', 'amber');
  });
  afterAll(() => stand.close());

  const refusedBy = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => new Error('the database accepted it'),
      thrown => thrown,
    );
    if (!(error instanceof QueryError)) throw error;
    return error.sqlState;
  };
  const update = (id: string, assignment: ReturnType<typeof sql>) =>
    fixture.db.query(sql`update approvals set ${assignment} where id = ${id}`);

  test('holds at most one open request for one thing', async () => {
    const id = await stand.ask('push force', agent);
    const twin = sql`
      insert into approvals (id, project_id, session_id, agent_id, agent_type, filed_by, operation, resource_type,
        resource_id, content_hash, rules, asks, summary, expires_at)
      select gen_random_uuid(), project_id, session_id, agent_id, agent_type, filed_by, operation, resource_type,
        resource_id, content_hash, rules, asks, summary, expires_at from approvals where id = ${id}`;
    expect(await refusedBy(fixture.db.query(twin))).toBe(sqlState.uniqueViolation);
    await stand.decide(id, { decision: 'approved' }, olga);
    expect(await refusedBy(fixture.db.query(twin))).toBe(sqlState.uniqueViolation);
    await stand.run('push force', agent);
    await fixture.db.query(twin);
  });

  describe('refuses', () => {
    test.each([
      ['a status that is none', sql`status = 'maybe'`],
      ['an approval without one who approved', sql`status = 'approved', scope = 'once'`],
      ['a use of what nobody approved', sql`status = 'consumed', scope = 'once', closed_at = now()`],
      ['a decider of what is not decided', sql`decided_at = now(), decided_by_name = 'Olga'`],
      ['a scope of what is not approved', sql`scope = 'session'`],
      ['an end without its time', sql`status = 'expired'`],
      ['an end of what is open', sql`closed_at = now()`],
      ['a request that is over before it begins', sql`expires_at = requested_at`],
      ['a request of the corridor that no rule stands behind', sql`rules = '{}'`],
      ['a hash that is none', sql`content_hash = 'short'`],
      ['a lifted denial of what was not denied', sql`lifted_at = now()`],
    ])('%s', async (_what, assignment) => {
      const id = await stand.ask('wipe', agent);
      expect(await refusedBy(update(id, assignment))).toBe(sqlState.checkViolation);
    });

    test('a decider who is no operator', async () => {
      const id = await stand.ask('wipe', agent);
      const forged = sql`
        status = 'approved', scope = 'once', decided_at = now(), decided_by = gen_random_uuid(),
        decided_by_name = 'Nobody'`;
      expect(await refusedBy(update(id, forged))).toBe(sqlState.foreignKeyViolation);
    });
  });
});
