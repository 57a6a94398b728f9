import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { checkGuardrails } from '../../../src/coordinator/guardrails/check-operation.ts';
import { configureGuardrail, listGuardrails } from '../../../src/coordinator/guardrails/rule-operations.ts';
import { builtinRules } from '../../../src/coordinator/guardrails/rules/builtin.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { asOwner, onEachDatabase } from '../../support/databases.ts';

onEachDatabase('the guardrail rules in the database', fixture => {
  let interlock: CoordinatorFixture;
  let operator: Credential;
  let agent: Credential;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    operator = await interlock.operator();
    agent = await interlock.agent('codex');
  });
  afterAll(() => interlock.close());

  const isSafe = async () =>
    (
      (await interlock.call(checkGuardrails, { command: 'git push -f origin topic' }, agent)) as {
        safe: boolean;
      }
    ).safe;
  const configure = (change: object) =>
    interlock.call(configureGuardrail, { rule: 'git.force-push', ...change }, operator);

  test('are those of the code, rule by rule', async () => {
    const { rules } = (await interlock.call(listGuardrails, {})) as {
      rules: { id: string; severity: string; min_trust: number; enabled: boolean }[];
    };
    const sorted = (all: readonly { id: string }[]) => [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(sorted(rules)).toMatchObject(
      sorted(
        builtinRules.map(({ id, severity, minTrust }) => ({
          id,
          severity,
          min_trust: minTrust,
          enabled: true,
        })),
      ),
    );
  });

  test('are in force as a person has set them, from the next call on', async () => {
    expect(await isSafe()).toBe(false);
    await configure({ enabled: false, reason: 'a repository of one person' });
    expect(await isSafe()).toBe(true);
    await configure({ enabled: true, reason: 'a second person came' });
    expect(await isSafe()).toBe(false);
  });

  test('keep what a person has set when a coordinator starts', async () => {
    await configure({ severity: 'log', reason: 'only to see how often' });
    await (await openCoordinator(fixture.db, interlock.folder)).close();
    expect(await isSafe()).toBe(true);
    await configure({ severity: 'approval_required', reason: 'seen' });
  });

  test('are no agent’s to change', async () => {
    await expect(
      interlock.call(configureGuardrail, { rule: 'git.force-push', enabled: false, reason: 'x' }, agent),
    ).rejects.toMatchObject({
      code: 'operation_not_permitted',
    });
  });

  test('that cannot be read are the built-in ones', async () => {
    const broken = await openCoordinator(fixture.db, interlock.folder);
    await configure({ enabled: false, reason: 'about to vanish' });
    await asOwner(fixture.db, sql`alter table guardrail_rules rename to guardrail_rules_gone`);
    try {
      broken.coordinator.bus.publish({ project: 'any', topic: 'guardrails.changed', subject: 'any' });
      const { safe } = (await broken.call(
        checkGuardrails,
        { command: 'git push -f origin topic' },
        agent,
      )) as { safe: boolean };
      expect(safe).toBe(false);
      expect(broken.errors).toHaveLength(1);
    } finally {
      await asOwner(fixture.db, sql`alter table guardrail_rules_gone rename to guardrail_rules`);
      await broken.close();
    }
  });
});
