import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideApproval } from '../../../src/coordinator/approvals/decide.ts';
import { listApprovals } from '../../../src/coordinator/approvals/list.ts';
import { checkGuardrails } from '../../../src/coordinator/guardrails/check-operation.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { checkDomain } from '../../../src/coordinator/network/check-domain.ts';
import { checkPolicy } from '../../../src/coordinator/policy/check-policy.ts';
import { savePolicy } from '../../../src/coordinator/policy/write-policies.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { type CoordinatorFixture, openCoordinator, openProfiles } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { deferred } from '../../support/deferred.ts';

const askAboutAsking = `@answer("ask") forbid (
  principal, action in [Action::"check_domain", Action::"check_policy", Action::"check_guardrails"], resource
);`;

/** A read that a person allowed uses the approval up, so that it runs in a transaction: there it may wait for nobody. */
onEachDatabase('a read that a person was asked about', fixture => {
  let interlock: CoordinatorFixture;
  let olga: Credential;
  let agent: Credential;
  let project: string;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    olga = await interlock.operator();
    agent = await interlock.agent('claude_code');
    await openProfiles(interlock, fixture.db);
    const described = (await interlock.call(describeProject, {})) as { project_id: string };
    project = described.project_id;
    await interlock.call(configureProject, { settings: { 'policy.engine': 'cedar' } }, olga);
    await interlock.call(
      savePolicy,
      { name: 'ask-about-asking', text: askAboutAsking, reason: 'a test' },
      olga,
    );
  });
  afterAll(async () => {
    expect(interlock.errors).toEqual([]);
    await interlock.close();
  });

  const approveAll = async () => {
    const { approvals } = (await interlock.call(listApprovals, { status: 'pending' }, olga)) as {
      approvals: { approval_id: string }[];
    };
    for (const { approval_id } of approvals)
      await interlock.call(decideApproval, { approval_id, decision: 'approved' }, olga);
  };
  const refused = (operation: Operation, input: object) =>
    interlock.call(operation, input, agent).then(
      () => expect.fail('nobody was asked'),
      (error: unknown) => (error instanceof InterlockError ? error.code : error),
    );
  /** What decisions are made from is forgotten, as when others have changed it. Who calls stays known. */
  const forget = () => {
    for (const topic of [
      'profile.changed',
      'policy.changed',
      'network.changed',
      'guardrails.changed',
      'grant.made',
    ])
      interlock.coordinator.bus.publish({ project, topic, subject: '' });
  };

  describe.each([
    ['check_domain', checkDomain, { domain: 'github.com' }, { allowed: true }],
    [
      'check_policy',
      checkPolicy,
      { operation: 'acquire_lock', input: { file_path: 'a.ts' } },
      { decision: 'allow' },
    ],
    ['check_guardrails', checkGuardrails, { command: 'curl https://github.com' }, { safe: true }],
  ] as const)('%s', (_, asked, input, answer) => {
    const operation = asked as unknown as Operation;

    test('reads in its own transaction what is not known', async () => {
      expect(await refused(operation, input)).toBe('approval_pending');
      await approveAll();
      const forgetful: Operation = {
        ...operation,
        run: (context, given) => {
          forget();
          return operation.run(context, given);
        },
      };
      expect(await interlock.call(forgetful, input, agent)).toMatchObject(answer);
    });

    test('waits for no reading that somebody else has begun', async () => {
      expect(await refused(operation, input)).toBe('approval_pending');
      await approveAll();
      const crowd = deferred();
      const others = crowd.promise.then(() =>
        Promise.allSettled(Array.from({ length: 5 }, () => interlock.call(operation, input, agent))),
      );
      const crowded: Operation = {
        ...operation,
        async run(context, given) {
          forget();
          crowd.resolve();
          // They have begun to read, on the embedded store behind this transaction.
          await nextTurn();
          return operation.run(context, given);
        },
      };
      expect(await interlock.call(crowded, input, agent)).toMatchObject(answer);
      await others;
    });
  });
});
