import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { liftDenial } from '../../../src/coordinator/approvals/decide.ts';
import { requestApproval, useApproval } from '../../../src/coordinator/approvals/request.ts';
import { checkApproval } from '../../../src/coordinator/approvals/wait.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type Agent, openStand, refusal, type Stand } from './stand.ts';

onEachDatabase('an approval that an agent asks for by itself', fixture => {
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

  const content = 'deploy release 4.2 to production';
  const wish = {
    operation: 'deploy',
    resource: 'production',
    content,
    justification: 'the fix is urgent',
    changeset_id: 'cs-42',
  };
  const request = async (more: object = {}, credential: Credential = agent) =>
    (await stand.call(requestApproval, { ...wish, ...more }, credential)) as {
      approval_id: string;
      status: string;
      next: string;
    };
  const use = (approval_id: string, what = content, credential: Credential = agent) =>
    stand.call(useApproval, { approval_id, content: what }, credential);
  const approved = async () => {
    const { approval_id } = await request();
    await stand.decide(approval_id, { decision: 'approved' }, olga);
    return approval_id;
  };

  test('shows the person its justification and exactly what is to be done', async () => {
    const { approval_id, status } = await request();
    expect(status).toBe('pending');
    expect(await stand.call(checkApproval, { approval_id }, olga)).toMatchObject({
      filed_by: 'agent',
      operation: 'deploy',
      resource: { type: 'Tool', id: 'production' },
      justification: 'the fix is urgent',
      changeset_id: 'cs-42',
      summary: { text: content },
      asks: [],
    });
    expect((await stand.records()).at(-1)).toMatchObject({
      operation: 'request_approval',
      caller: { kind: 'agent', name: 'amber' },
      facts: { approval_id, filed_by: 'agent', for_operation: 'deploy' },
    });
  });

  test('is one request, however often it is asked for', async () => {
    const [first, second] = await Promise.all([request(), request()]);
    expect(first.approval_id).toBe(second.approval_id);
  });

  test('is used once, and the use is on the record', async () => {
    const id = await approved();
    expect(await use(id)).toMatchObject({ status: 'consumed' });
    expect((await stand.records()).at(-1)).toMatchObject({
      operation: 'use_approval',
      facts: { approval_id: id, for_operation: 'deploy' },
    });
    expect((await refusal(use(id))).code).toBe('approval_used');
  });

  test('is used once by any number of callers at the same time', async () => {
    const id = await approved();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => use(id)));
    expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  test('is not used for other content, by another session, or before and after its time', async () => {
    const { approval_id } = await request();
    expect((await refusal(use(approval_id))).code).toBe('approval_pending');
    await stand.decide(approval_id, { decision: 'approved' }, olga);
    expect((await refusal(use(approval_id, `${content}!`))).code).toBe('invalid_input');
    const other = await stand.agent('codex', 'blue');
    expect((await refusal(use(approval_id, content, other))).code).toBe('approval_not_found');
    await stand.passMinutes(61);
    expect((await refusal(use(approval_id))).code).toBe('approval_expired');
  });

  test('denied, answers so to use and to asking again, until the denial is lifted', async () => {
    const { approval_id } = await request();
    await stand.decide(approval_id, { decision: 'denied', reason: 'not on a Friday' }, olga);
    for (const ask of [() => use(approval_id), () => request()]) {
      expect(await refusal(ask())).toMatchObject({
        code: 'approval_denied',
        params: { reason: 'not on a Friday' },
      });
    }
    await stand.call(liftDenial, { approval_id }, olga);
    expect((await request()).approval_id).not.toBe(approval_id);
  });

  test('lets nothing pass that the corridor stops, and stops nothing that it would ask about', async () => {
    const operation = stand.operations.runAt;
    // To the letter what the corridor would bind its own request to.
    const disguise = { operation: operation.name, justification: 'a harmless thing' };
    for (const decision of ['approved', 'denied']) {
      const [command, note] = ['push force', decision];
      const { approval_id } = await request({ ...disguise, resource: note, content: command });
      await stand.decide(approval_id, { decision }, olga);
      const error = await stand.refusalOf(command, agent, { operation, note });
      expect(error).toMatchObject({ code: 'approval_pending', params: { is_new: true } });
    }
  });

  test('cannot be widened to the session: no rule says what that would cover', async () => {
    const { approval_id } = await request();
    const error = await refusal(stand.decide(approval_id, { decision: 'approved', scope: 'session' }, olga));
    expect(error.code).toBe('invalid_input');
    expect(await stand.row(approval_id)).toMatchObject({ status: 'pending' });
  });

  test('is not how an approval of the corridor is used', async () => {
    const id = await stand.ask('push force', agent);
    await stand.decide(id, { decision: 'approved' }, olga);
    const error = await refusal(use(id));
    expect(error).toMatchObject({ code: 'operation_not_permitted' });
    expect(error.next).toContain('Repeat the call');
  });

  test('is for agents: an operator decides, and does not ask', async () => {
    expect((await refusal(request({}, olga))).code).toBe('operation_not_permitted');
    expect((await refusal(request({}, { kind: 'none' }))).code).toBe('unauthenticated');
  });
});
