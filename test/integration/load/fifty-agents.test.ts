import { afterEach, beforeEach, expect, test } from 'vitest';
import { decideApproval } from '../../../src/coordinator/approvals/decide.ts';
import { listApprovals } from '../../../src/coordinator/approvals/list.ts';
import { verifyAudit } from '../../../src/coordinator/audit/verify-operation.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { InterlockError, statusOf } from '../../../src/coordinator/kernel/errors.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { operations } from '../../../src/coordinator/operations.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import {
  hookBody,
  type LoadAgent,
  type Outcome,
  outcomeOfHook,
  runMixedLoad,
} from '../../support/mixed-load.ts';

const agentCount = 50;
const stepsEach = 6;
const byName = new Map<string, Operation>(operations.map(each => [each.name, each]));

onEachDatabase('fifty agents that do everything at once', fixture => {
  let stand: CoordinatorFixture;

  beforeEach(async () => {
    stand = await openCoordinator(fixture.db);
  });
  afterEach(() => stand.close());

  async function outcome(calling: Promise<unknown>): Promise<Outcome> {
    try {
      return { answer: (await calling) as Record<string, unknown> };
    } catch (error) {
      if (!(error instanceof InterlockError)) throw error;
      return { refused: error.code, status: statusOf(error.code), message: error.message };
    }
  }

  async function loadAgent(number: number): Promise<LoadAgent> {
    const credential = await stand.agent('claude_code', `agent ${number}`);
    return {
      call(name, input) {
        const operation = byName.get(name);
        if (!operation) throw new Error(`${name} is no operation`);
        return outcome(stand.call(operation, input, credential));
      },
      async hook(tool, input) {
        const { signal } = new AbortController();
        const body = hookBody(`chat ${number}`, stand.folder, tool, input);
        const call = { harness: 'claude', event: 'PreToolUse', body, signal };
        return outcomeOfHook({ ...(await stand.coordinator.answerHook(call)) });
      },
    };
  }

  test('meet nothing but refusals in the words of the domain, and leave no contradiction behind', {
    timeout: 120_000,
  }, async () => {
    const olga = await stand.operator();
    await stand.call(configureProject, { settings: { 'approvals.hookWaitSeconds': 0 } }, olga);
    const agents = await Promise.all(Array.from({ length: agentCount }, (_, n) => loadAgent(n)));
    const { times, refusals, faults } = await runMixedLoad(agents, 7, (_, step) => step < stepsEach);
    expect(faults).toEqual([]);
    expect(stand.errors).toEqual([]);
    expect([...times.keys()].sort()).toEqual([
      'approval',
      'handoff',
      'hook',
      'lock',
      'look',
      'memory',
      'queue',
    ]);
    // They meet: a load in which nobody is ever in the way of another shows little.
    expect(refusals.get('locked_by_other')).toBeGreaterThan(0);

    const { approvals } = (await stand.call(listApprovals, { limit: 200 }, olga)) as {
      approvals: { approval_id: string }[];
    };
    for (const { approval_id } of approvals)
      await stand.call(decideApproval, { approval_id, decision: 'denied' }, olga);
    expect(await stand.call(verifyAudit, {}, olga)).toMatchObject({ status: 'ok' });
    const twice = await fixture.db.query(sql`
        select one.path from locks as one join locks as other using (project_id, kind, key, scope)
        where one.session_id < other.session_id and 'shared' not in (one.mode, other.mode)
          and least(one.expires_at, other.expires_at) > clock_timestamp()`);
    expect(twice).toEqual([]);
  });
});
