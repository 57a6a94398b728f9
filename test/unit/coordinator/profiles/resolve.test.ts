import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Trust } from '../../../../src/coordinator/kernel/caller.ts';
import type { Operation } from '../../../../src/coordinator/kernel/operation.ts';
import { operations } from '../../../../src/coordinator/operations.ts';
import {
  type Assignment,
  bookOf,
  type Profile,
  resolve,
  standingOf,
} from '../../../../src/coordinator/profiles/profile.ts';
import { builtinBook, seededProfiles } from '../../../../src/coordinator/profiles/seeded.ts';

const someone = { sessionId: 's1', agentId: 'amber', agentType: 'claude_code' };
const assigned = (profile: string, whose: Partial<Assignment>): Assignment => ({
  agent_id: null,
  session_id: null,
  profile,
  reason: 'a test',
  assigned_by: 'Olga',
  assigned_at: new Date(),
  ...whose,
});
const seed = (name: string): Profile => {
  const found = seededProfiles.find(profile => profile.name === name);
  if (!found) throw new Error(`no seeded profile ${name}`);
  return found;
};
const nameFor = (agentType: string) => resolve(builtinBook, { ...someone, agentType }).profile.name;

describe('a session has the profile', () => {
  test.each([
    ['claude_code', 'claude_code_cli', 3, 100],
    ['claude_code_cli', 'claude_code_cli', 3, 100],
    ['claude_code_web_reviewer', 'claude_code_web_reviewer', 1, 0],
    ['claude_code_web_implementer', 'claude_code_web_implementer', 2, 50],
    ['codex', 'codex_cli', 2, 100],
    ['codex_cloud_worker', 'codex_cloud_worker', 2, 50],
    ['strands_orchestrator', 'strands_orchestrator', 3, 200],
    ['copilot', 'copilot_agent', 2, 100],
    ['copilot_agent', 'copilot_agent', 2, 100],
    ['nobody_knows_it', 'project_default', 2, 100],
    ['constructor', 'project_default', 2, 100],
  ] as const)('of its type: %s has %s', (agentType, name, trust, files) => {
    const { profile } = resolve(builtinBook, { ...someone, agentType });
    expect(profile).toMatchObject({ name, trust_level: trust, max_file_modifications: files });
  });

  test('that it was assigned itself, before that of its agent, before that of its type', () => {
    const all = [
      assigned('suspended', { session_id: 's1' }),
      assigned('claude_code_web_reviewer', { agent_id: 'amber' }),
    ];
    expect(resolve(bookOf(seededProfiles, all), someone)).toMatchObject({ trust: 0, by: 'session' });
    expect(resolve(bookOf(seededProfiles, all.slice(1)), someone)).toMatchObject({ trust: 1, by: 'agent' });
    expect(resolve(bookOf(seededProfiles, []), someone)).toMatchObject({ trust: 3, by: 'agent_type' });
    expect(
      resolve(bookOf(seededProfiles, all), { ...someone, sessionId: 's2', agentId: 'blue' }),
    ).toMatchObject({
      trust: 3,
    });
  });

  test('an unknown agent allowed by default to do more than the project’s default: never', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (agentId, agentType) => {
        fc.pre(nameFor(agentType) === 'project_default');
        const { trust } = resolve(builtinBook, { sessionId: 'x', agentId, agentType });
        expect(trust).toBe(2);
      }),
    );
  });

  test('that comes next where one is disabled, and never more trust for it', () => {
    const trust = fc.constantFrom<Trust>(0, 1, 2, 3, 4);
    const some = (name: string, change: fc.Arbitrary<Partial<Profile>>) =>
      change.map(changed => ({ ...seed('project_default'), is_default: false, name, ...changed }));
    const any = fc.record({ trust_level: trust, enabled: fc.boolean() });
    fc.assert(
      fc.property(
        some('mine', any),
        some('ours', any),
        some(
          'theirs',
          any.map(one => ({ ...one, is_default: true, agent_type: 'claude_code' })),
        ),
        some(
          'default',
          trust.map(level => ({ is_default: true, trust_level: level })),
        ),
        (mine, ours, theirs, theDefault) => {
          const order = [mine, ours, theirs, theDefault];
          const book = bookOf(order, [
            assigned('mine', { session_id: 's1' }),
            assigned('ours', { agent_id: 'amber' }),
          ]);
          const { profile, trust: resolved } = resolve(book, someone);
          expect(profile).toBe(order.find(({ enabled }) => enabled));
          const passedOver = order.slice(0, order.indexOf(profile) + 1);
          expect(resolved).toBe(Math.min(...passedOver.map(({ trust_level }) => trust_level)));
        },
      ),
    );
  });
});

describe('a profile', () => {
  const operation = { name: 'acquire_lock' };
  test.each([
    [{}, { blocked: false, listed: true, elevated: false }],
    [{ allowed_operations: [] }, { blocked: false, listed: true, elevated: false }],
    [{ allowed_operations: ['get_work'] }, { blocked: false, listed: false, elevated: false }],
    [{ blocked_operations: ['acquire_lock'] }, { blocked: true, listed: true, elevated: false }],
    [
      { allowed_operations: ['get_work'], elevated_operations: ['acquire_lock'] },
      { blocked: false, listed: true, elevated: true },
    ],
  ])('%j says %j of acquire_lock', (change, standing) => {
    expect(standingOf({ ...seed('copilot_agent'), ...change }, operation)).toEqual(standing);
  });

  test.each(seededProfiles.map(({ name, allowed_operations }) => [name, allowed_operations] as const))(
    '%s names each operation once',
    (_, allowed) => {
      expect(allowed).toEqual([...new Set(allowed)].sort());
    },
  );
});

describe('the lists that profiles come with', () => {
  /** For people, or for agents that were given more than their type has. */
  const leftOut = ['cleanup_dead_agents', 'force_release_lock'];
  const forAgents = (operations as readonly Operation[]).filter(
    ({ callers, ownAffair }) => (callers?.includes('agent') ?? true) && !ownAffair,
  );

  test.each(forAgents.map(({ name }) => name))('say of %s whether an agent may call it', name => {
    expect(seed('copilot_agent').allowed_operations.includes(name)).toBe(!leftOut.includes(name));
  });

  test('give a reviewer nothing that writes', () => {
    const { allowed_operations } = seed('claude_code_web_reviewer');
    const writing = forAgents.filter(
      ({ name, access }) => allowed_operations.includes(name) && access === 'write',
    );
    expect(writing.map(({ name }) => name)).toEqual([]);
  });
});
