import { randomUUID } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { webhookBodyLimit } from '../../../src/coordinator/doors/tcp/webhooks.ts';
import { lendWebhookSecret } from '../../../src/coordinator/github/webhook-secrets.ts';
import { allErrorCodes } from '../../../src/coordinator/kernel/errors.ts';
import { listenConfig } from '../../../src/coordinator/listen-config.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { livesOf } from '../../support/github/issue-life.ts';
import { exampleEvents, examplesOf } from '../../support/github/payloads.ts';
import {
  formerSecret,
  openWebhookStand,
  secret,
  type WebhookStand,
} from '../../support/github/webhook-stand.ts';
import { openTcpStand, type Reply } from '../../support/http/tcp-stand.ts';

onEachDatabase('the door for webhooks', fixture => {
  let stand: WebhookStand;
  const repository = 'Codertocat/Hello-World';

  beforeAll(async () => {
    stand = await openWebhookStand(fixture.db, repository);
  });
  afterAll(async () => {
    await stand.close();
    expect(stand.interlock.errors).toEqual([]);
  });

  const body = JSON.stringify(
    livesOf({ repository, number: 99 }, [{ does: 'opened', by: 'Eve', at: 1, labels: [] }])[0]?.payload,
  );
  const post = (headers: Record<string, string>, text = body) =>
    stand.ask('/webhooks/github', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'issues',
        'x-github-delivery': randomUUID(),
        ...headers,
      },
      body: text,
    });
  const kept = async () => {
    const [row] = await fixture.db.query(sql<{ items: number; deliveries: number }>`
      select (select count(*)::int from github_items where number = 99) as items,
        (select count(*)::int from github_deliveries) as deliveries`);
    return row;
  };

  describe('known mistake: no signature check', () => {
    test.each([
      ['none', async () => ({})],
      ['one of an empty secret', async () => ({ 'x-hub-signature-256': await sign(' ', body) })],
      ['one of another secret', async () => ({ 'x-hub-signature-256': await sign(`${secret}!`, body) })],
      ['one of another body', async () => ({ 'x-hub-signature-256': await sign(secret, `${body} `) })],
      ['one that is cut', async () => ({ 'x-hub-signature-256': (await sign(secret, body)).slice(0, -1) })],
      ['one in capitals', async () => ({ 'x-hub-signature-256': (await sign(secret, body)).toUpperCase() })],
      ['no hexadecimal', async () => ({ 'x-hub-signature-256': `sha256=${'g'.repeat(64)}` })],
      [
        'only the old kind',
        async () => ({ 'x-hub-signature': 'sha1=0123456789012345678901234567890123456789' }),
      ],
    ])('%s: refused in the same words, and nothing is changed', async (_, signature) => {
      const before = await kept();
      const reply = await post((await signature()) as Record<string, string>);
      expect(reply).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      expect(reply.body.detail).toBe('The delivery is not signed with the secret of this server.');
      expect(await kept()).toEqual(before);
    });
  });

  test('takes the secret before the last one as long as it is named', async () => {
    const [sent] = livesOf({ repository, number: 98 }, [{ does: 'opened', by: 'Eve', at: 1, labels: [] }]);
    if (!sent) throw new Error('nothing was sent');
    expect(await stand.deliver(sent, formerSecret)).toMatchObject({
      status: 202,
      body: { outcome: 'recorded' },
    });
    expect(await stand.deliver(sent, 'the one before that, which is over')).toMatchObject({ status: 401 });
  });

  test('takes a delivery once, and says so of a replayed one', async () => {
    const [sent] = livesOf({ repository, number: 97 }, [{ does: 'opened', by: 'Eve', at: 1, labels: [] }]);
    if (!sent) throw new Error('nothing was sent');
    const delivery = randomUUID();
    expect((await stand.deliver({ ...sent, delivery })).body).toMatchObject({ outcome: 'recorded' });
    const again = await Promise.all([1, 2, 3].map(() => stand.deliver({ ...sent, delivery })));
    expect(again.map(({ body }) => body.outcome)).toEqual(['repeated', 'repeated', 'repeated']);
    const { records } = (await stand.interlock.call(
      queryAudit,
      { operation: 'record_github_items', limit: 100 },
      stand.olga,
    )) as Record<string, { facts: Record<string, unknown> }[]>;
    const told = (records ?? []).filter(({ facts }) => facts.delivery === delivery);
    expect(told).toMatchObject([{ facts: { login: 'Eve', event: 'issues', action: 'opened' } }]);
  });

  test('known mistake: routes that exist but are never called: every event that is published is answered, by name', async () => {
    const answers = new Map<string, Set<string>>();
    for (const event of exampleEvents) {
      const [payload] = examplesOf(event);
      const reply = await stand.deliver({ event, payload: payload ?? {} });
      const outcome = reply.status === 202 ? String(reply.body.outcome) : String(reply.body.code);
      answers.set(outcome, (answers.get(outcome) ?? new Set()).add(event));
    }
    expect([...(answers.get('recorded') ?? [])].sort()).toEqual(
      ['create', 'delete', 'issues', 'label', 'pull_request', 'push'].sort(),
    );
    expect([...(answers.get('pong') ?? [])]).toEqual(['ping']);
    expect([...answers.keys()].sort()).toEqual(['ignored', 'pong', 'recorded']);
    expect(answers.get('ignored')).toContain('workflow_run');
  });

  test('tells that branches came, moved or went, so that they are looked at', async () => {
    const heard: string[] = [];
    const stop = stand.interlock.coordinator.bus.subscribe(({ topic }) => heard.push(topic));
    for (const event of ['push', 'create', 'delete'])
      await stand.deliver({ event, payload: examplesOf(event)[0] ?? {} });
    stop();
    expect(heard.filter(topic => topic === 'github.pushed')).toHaveLength(3);
  });

  test('refuses a repository that no project here has, and what is not as GitHub sends it', async () => {
    const [sent] = livesOf({ repository: 'somebody/else', number: 1 }, [
      { does: 'opened', by: 'E', at: 1, labels: [] },
    ]);
    if (!sent) throw new Error('nothing was sent');
    expect(await stand.deliver(sent)).toMatchObject({ status: 404, body: { code: 'repository_unknown' } });
    const { issue, ...rest } = sent.payload as { issue: object };
    for (const payload of [
      [],
      {},
      rest,
      { ...rest, issue: [issue] },
      { ...rest, issue: { ...issue, labels: {} } },
    ]) {
      expect(await stand.deliver({ event: 'issues', payload })).toMatchObject({
        status: 422,
        body: { code: 'invalid_input' },
      });
    }
    const signed = async (text: string) => ({ 'x-hub-signature-256': await sign(secret, text) });
    expect(await post(await signed('no json'), 'no json')).toMatchObject({ status: 422 });
    const odd = { ...(await signed(body)), 'x-github-delivery': 'a b' };
    expect(await post(odd)).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    const form = { ...(await signed(body)), 'content-type': 'application/x-www-form-urlencoded' };
    expect(await post(form)).toMatchObject({ status: 415 });
    expect(await stand.ask('/webhooks/github')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });

  test('takes a body of its limit, and not of a byte more', async () => {
    const fill = (size: number) => {
      const empty = JSON.stringify({ zen: '' });
      return JSON.stringify({ zen: 'z'.repeat(size - empty.length) });
    };
    const sized = async (size: number): Promise<Reply> => {
      const text = fill(size);
      return post({ 'x-hub-signature-256': await sign(secret, text), 'x-github-event': 'ping' }, text);
    };
    expect(await sized(webhookBodyLimit)).toMatchObject({ status: 202, body: { outcome: 'pong' } });
    expect(await sized(webhookBodyLimit + 1)).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
  });

  test('is not there where no secret is named', async () => {
    const without = await openTcpStand(fixture.db);
    const headers = {
      'content-type': 'application/json',
      'x-hub-signature-256': await sign(secret, body),
    };
    const reply = await without.ask('/webhooks/github', { method: 'POST', headers, body });
    expect(reply).toMatchObject({ status: 404, body: { code: 'not_found' } });
    await without.close();
  });

  describe('with a secret that a person has lent', () => {
    const lent = 'lent by a person, for one project';
    const lend = (stand: WebhookStand, secrets: readonly string[]) =>
      stand.interlock.call(lendWebhookSecret, { secrets }, stand.olga);
    const opened = (of: string) => {
      const [sent] = livesOf({ repository: of, number: 3 }, [
        { does: 'opened', by: 'Eve', at: 1, labels: [] },
      ]);
      if (!sent) throw new Error('nothing was sent');
      return sent;
    };
    let own: WebhookStand;
    let ours: string;

    beforeEach(async () => {
      ours = `o/r-${randomUUID().slice(0, 8)}`;
      own = await openWebhookStand(fixture.db, ours, { webhookSecrets: [] });
    });
    afterEach(async () => {
      await own.close();
      expect(own.interlock.errors).toEqual([]);
    });

    test('takes deliveries of that project, rotates it, and takes none when it is taken back', async () => {
      await lend(own, [lent]);
      expect(await own.deliver(opened(ours), lent)).toMatchObject({ status: 202 });
      expect(await own.deliver(opened(ours), secret)).toMatchObject({ status: 401 });
      await lend(own, ['the next one, which is as long', lent]);
      for (const each of [lent, 'the next one, which is as long'])
        expect(await own.deliver(opened(ours), each)).toMatchObject({ status: 202 });
      await lend(own, ['the next one, which is as long']);
      expect(await own.deliver(opened(ours), lent)).toMatchObject({ status: 401 });
      await lend(own, []);
      expect(await own.deliver(opened(ours), 'the next one, which is as long')).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
    });

    test('takes none of another project, and does not say whether there is one', async () => {
      await lend(own, [lent]);
      const refused = { status: 404, body: { code: 'repository_unknown' } };
      expect(await own.deliver(opened(repository), lent)).toMatchObject(refused);
      expect(await own.deliver(opened('nobody/knows'), lent)).toMatchObject(refused);
    });

    test('takes it from a person alone, says what is wrong without it, and keeps it out of the record', async () => {
      const ada = await own.interlock.agent('codex', 'ada');
      await expect(own.interlock.call(lendWebhookSecret, { secrets: [lent] }, ada)).rejects.toMatchObject({
        code: 'operation_not_permitted',
      });
      await expect(lend(own, ['too short'])).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.not.stringContaining('too short'),
      });
      await lend(own, [lent]);
      const records = await own.interlock.call(queryAudit, { limit: 100 }, own.olga);
      expect(JSON.stringify(records)).toContain('lend_github_webhook_secret');
      expect(JSON.stringify(records)).not.toContain(lent);
    });
  });
});

describe('the secret of webhooks', () => {
  test('is long, or the coordinator says so without showing it', () => {
    expect(allErrorCodes).toContain('repository_unknown');
    const words = { listen: '7420', required: true };
    expect(listenConfig(words)).toMatchObject({ webhookSecrets: [] });
    expect(
      listenConfig({ ...words, webhookSecret: secret, formerWebhookSecret: formerSecret }),
    ).toMatchObject({
      webhookSecrets: [secret, formerSecret],
    });
    expect(() => listenConfig({ ...words, webhookSecret: 'too short' })).toThrow(
      /^(?!.*too short).*16 characters/,
    );
  });
});
