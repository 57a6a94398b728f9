import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkApproval } from '../../../src/coordinator/approvals/wait.ts';
import { listGrants, revokeGrant } from '../../../src/coordinator/grants/operations.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type Agent, openStand, refusal, type Stand } from '../approvals/stand.ts';

interface Grant {
  readonly grant_id: string;
  readonly use_count: number;
  readonly last_used_at: string | null;
  readonly in_force: boolean;
}

onEachDatabase('a session grant', fixture => {
  let stand: Stand;
  let agent: Agent;
  let olga: Credential;

  beforeAll(async () => {
    stand = await openStand(fixture.db);
    olga = await stand.operator();
  });
  beforeEach(async () => {
    agent = await stand.agent('copilot', 'amber');
  });
  afterAll(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const grant = async (command: string, scope: object = { scope: 'session' }) => {
    const id = await stand.ask(command, agent);
    const { decided } = await stand.decide(id, { decision: 'approved', reason: 'go on', ...scope }, olga);
    return { id, grantId: String(decided.grant_id) };
  };
  const list = async (input: object, credential: Credential = olga) =>
    ((await stand.call(listGrants, input, credential)) as { grants: Grant[] }).grants;
  const grantsOf = (session: Agent) => list({ session_id: session.sessionId });
  const statusOf = async (approval_id: string) =>
    ((await stand.call(checkApproval, { approval_id }, olga)) as { status: string }).status;

  test('comes from a decision for the session, and lets everything pass that asks for the same reason', async () => {
    const { id, grantId } = await grant('push force a');
    for (const command of ['push force a', 'push force b', 'push force b', 'push force c']) {
      await expect(stand.run(command, agent)).resolves.toEqual({ done: command });
    }
    expect(await statusOf(id)).toBe('consumed');
    expect(await grantsOf(agent)).toMatchObject([
      {
        grant_id: grantId,
        agent_id: 'amber',
        operation: 'test_run',
        rules: ['git.force-push'],
        categories: ['git'],
        scope: 'session',
        justification: 'it overwrites the history of a branch on the server',
        reason: 'go on',
        granted_by: 'Olga',
        use_count: 4,
        last_used_at: expect.any(String),
        in_force: true,
      },
    ]);
  });

  test('is named in the record of every call that it lets pass', async () => {
    const { id, grantId } = await grant('push force a');
    await stand.run('push force a', agent);
    await stand.run('push force b', agent, { operation: stand.operations.run });
    const [first, second] = (await stand.records()).slice(-2);
    expect(first).toMatchObject({ operation: 'test_run', facts: { grant_id: grantId, approval_id: id } });
    expect(second).toMatchObject({ operation: 'test_run', facts: { grant_id: grantId } });
    expect(second?.facts).not.toHaveProperty('approval_id');
  });

  test('covers all the rules that ask, or does not cover the call', async () => {
    await grant('push force a');
    expect((await stand.refusalOf('push force main', agent)).params.rules).toEqual([
      'git.force-push',
      'git.protected-branch',
    ]);
    expect((await stand.refusalOf('wipe', agent)).code).toBe('approval_pending');
    expect((await stand.refusalOf('push force a', agent, { policy: 'night' })).code).toBe('approval_pending');
  });

  test('is for that session and that operation alone', async () => {
    await grant('push force a');
    const twin = await stand.agent('copilot', 'amber');
    expect((await stand.refusalOf('push force a', twin)).code).toBe('approval_pending');
    const elsewhere = { operation: stand.operations.look };
    expect((await stand.refusalOf('push force a', agent, elsewhere)).code).toBe('approval_pending');
  });

  test('also answers what the session waits for already and the grant covers', async () => {
    const waiting = await stand.ask('push force b', agent);
    const wider = await stand.ask('push force main', agent);
    const { id } = await grant('push force a');
    expect(await Promise.all([id, waiting, wider].map(statusOf))).toEqual([
      'approved',
      'approved',
      'pending',
    ]);
    await stand.run('push force b', agent);
    expect(await statusOf(waiting)).toBe('consumed');
  });

  test('for minutes lasts so long, from the database’s clock', async () => {
    await grant('push force a', { scope: 'minutes', minutes: 20 });
    await stand.passMinutes(19);
    await expect(stand.run('push force b', agent)).resolves.toBeDefined();
    await stand.passMinutes(2);
    expect((await stand.refusalOf('push force b', agent)).code).toBe('approval_pending');
    expect(await grantsOf(agent)).toEqual([]);
    expect(await list({ session_id: agent.sessionId, in_force: false })).toMatchObject([{ in_force: false }]);
  });

  test('for the session ends with it, and after twelve hours in any case', async () => {
    await grant('push force a');
    await stand.passMinutes(719);
    await expect(stand.run('push force b', agent)).resolves.toBeDefined();
    await stand.passMinutes(2);
    expect((await stand.refusalOf('push force b', agent)).code).toBe('approval_pending');

    const next = await stand.agent('copilot', 'amber');
    agent = next;
    await grant('push force a');
    expect(await stand.end(next)).toMatchObject({ grants: 1 });
    expect(await stand.end(next)).toEqual({ approvals: 0, grants: 0 });
    expect((await stand.refusalOf('push force b', next)).code).toBe('approval_pending');
    expect(await list({ session_id: next.sessionId, in_force: false })).toMatchObject([
      { in_force: false, revoked: { by: 'session end', reason: 'the session ended' } },
    ]);
    expect((await stand.records()).filter(({ operation }) => operation === 'revoke_grant')).toHaveLength(1);
  });

  test('is revoked at once by an operator, also under a call on its way', async () => {
    const { grantId } = await grant('push force a');
    await stand.run('push force a', agent);
    const revoke = () => stand.call(revokeGrant, { grant_id: grantId, reason: 'enough' }, olga);
    stand.meanwhile(() => revoke().then(() => {}));
    const error = await stand.refusalOf('push force too late', agent);
    expect(error).toMatchObject({ code: 'grant_not_found', retryable: true });
    expect(stand.done).not.toContain('push force too late');
    expect((await stand.refusalOf('push force b', agent)).code).toBe('approval_pending');
    expect((await refusal(revoke())).code).toBe('grant_not_found');
    expect(await list({ session_id: agent.sessionId, in_force: false })).toMatchObject([
      { use_count: 1, revoked: { by: 'Olga', reason: 'enough' } },
    ]);
  });

  test('that anyone may give themselves: no agent makes, widens or revokes one', async () => {
    const id = await stand.ask('push force a', agent);
    const wider = { decision: 'approved', scope: 'session' };
    expect((await refusal(stand.decide(id, wider, agent))).code).toBe('operation_not_permitted');
    const { grantId } = await grant('push force c');
    const error = await refusal(stand.call(revokeGrant, { grant_id: grantId }, agent));
    expect(error.code).toBe('operation_not_permitted');
  });

  test('is not made by a decision that contradicts itself, which leaves the request pending', async () => {
    const id = await stand.ask('push force a', agent);
    for (const input of [
      { decision: 'denied', scope: 'session' },
      { decision: 'approved', scope: 'minutes' },
      { decision: 'approved', scope: 'session', minutes: 5 },
      { decision: 'approved', minutes: 5 },
      { decision: 'approved', scope: 'minutes', minutes: 721 },
    ]) {
      const error = await refusal(stand.decide(id, input, olga));
      expect(error.code).toBe('invalid_input');
    }
    expect(await statusOf(id)).toBe('pending');
    expect(await grantsOf(agent)).toEqual([]);
  });

  test('is listed to the agent whose session it is, and to operators', async () => {
    await grant('push force a');
    expect(await list({}, agent)).toHaveLength(1);
    expect(await list({}, await stand.agent('codex', 'blue'))).toEqual([]);
    expect((await list({})).length).toBeGreaterThan(0);
  });
});
