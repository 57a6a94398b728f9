import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller, Credential } from '../../../src/coordinator/kernel/caller.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import { accessOf, type Operation } from '../../../src/coordinator/kernel/operation.ts';
import { operations } from '../../../src/coordinator/operations.ts';
import { saveProfile } from '../../../src/coordinator/profiles/save-profile.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { validInput } from '../../support/arbitrary-input.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';

/** What the authorize step refuses with. */
const refusals = [
  'unauthenticated',
  'agent_suspended',
  'operation_not_permitted',
  'insufficient_trust_level',
  'policy_denied',
  'resource_limit_exceeded',
  'risk_score_exceeded',
];

const trustFor = { read: 1, write: 2, admin: 3 };

/** Written down beside the code, from safety.md: an agent may do nothing of this, whatever its trust. */
const forPeople = [
  'assign_profile',
  'configure_guardrail',
  'configure_project',
  'decide_approval',
  'delete_network_rule',
  'delete_policy',
  'lift_denial',
  'revoke_grant',
  'rollback_policy',
  'save_network_rule',
  'save_policy',
  'save_profile',
];

describe.each(['native', 'cedar'] as const)('with the engine %s, who may call', engine => {
  onEachDatabase('what', fixture => {
    let interlock: CoordinatorFixture;
    let local: Credential;
    let olga: Credential;
    const agents = new Map<number, Credential>();

    beforeAll(async () => {
      interlock = await openCoordinator(fixture.db);
      local = { kind: 'none' };
      olga = await interlock.operator();
      const settings = { 'policy.engine': engine, 'risk.enabled': false };
      await interlock.call(configureProject, { settings }, olga);
      for (const trust of [0, 1, 2, 3, 4]) {
        const type = `of_trust_${trust}`;
        const input = {
          name: type,
          agent_type: type,
          is_default: true,
          trust_level: trust,
          reason: 'a test',
        };
        const limits = { max_api_calls_per_hour: null, max_file_modifications: null };
        await interlock.call(saveProfile, { ...input, ...limits }, olga);
        agents.set(trust, await interlock.agent(type));
      }
    });
    afterAll(() => interlock.close());

    /** The refusal of the authorize step, or `passed` whatever became of the call afterwards. */
    const outcomeOf = async (operation: Operation, input: unknown, credential: Credential) => {
      const soon = AbortSignal.timeout(50);
      const error = await interlock.call(operation, input, credential, soon).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error === undefined) return 'passed';
      if (!(error instanceof InterlockError)) throw error;
      return isOfAuthorize(error) ? error.code : 'passed';
    };

    test.each(operations.map(operation => [operation.name, operation as Operation] as const))(
      '%s',
      async (_, operation) => {
        const callers: readonly Caller['kind'][] = operation.callers ?? ['agent', 'operator', 'system'];
        // Ending a session would end the test's own.
        if (operation.name === 'end_session') return;
        const [input] = fc.sample(validInput(operation), { numRuns: 1, seed: 11 });
        const parsed = operation.input.parse(input);
        const access = accessOf(operation, parsed);
        for (const [trust, credential] of agents) {
          const outcome = await outcomeOf(operation, input, credential);
          if (!callers.includes('agent')) expect(outcome).toBe('operation_not_permitted');
          else if (trust === 0) {
            expect(outcome).toBe(operation.ownAffair && access === 'read' ? 'passed' : 'agent_suspended');
          } else if (!operation.ownAffair && trust < trustFor[access])
            expect(outcome).toBe('insufficient_trust_level');
          else expect(outcome).toBe('passed');
        }
        expect(await outcomeOf(operation, input, olga)).toBe(
          callers.includes('operator') ? 'passed' : 'operation_not_permitted',
        );
        const mayLocal = callers.includes('local') && (access === 'read' || operation.ownAffair === true);
        expect(await outcomeOf(operation, input, local)).toBe(mayLocal ? 'passed' : 'unauthenticated');
      },
    );
  });
});

/** An operation may refuse with a code of the same name for reasons of its own: these say which step it was. */
function isOfAuthorize({ code, message }: InterlockError): boolean {
  return refusals.includes(code) && / was refused: /.test(message);
}

describe('the agent’s own door', () => {
  test('decides nothing, grants nothing, edits no policy', () => {
    for (const name of forPeople) {
      const found = (operations as readonly Operation[]).find(operation => operation.name === name);
      expect(found?.callers, name).toEqual(expect.not.arrayContaining(['agent', 'local']));
      expect(found?.tool, name).toBe(false);
    }
  });

  test('reaches no administration but what is named here', () => {
    const open = (operations as readonly Operation[]).filter(
      ({ access, callers }) => access === 'admin' && (callers?.includes('agent') ?? true),
    );
    expect(open.map(({ name }) => name).sort()).toEqual(['cleanup_dead_agents', 'force_release_lock']);
  });
});
