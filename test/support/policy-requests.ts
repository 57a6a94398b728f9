import fc from 'fast-check';
import type { Trust } from '../../src/coordinator/kernel/caller.ts';
import type { Access, Operation, Resource } from '../../src/coordinator/kernel/operation.ts';
import { operations } from '../../src/coordinator/operations.ts';
import type { PolicyRequest } from '../../src/coordinator/policy/request.ts';
import { type Profile, standingOf } from '../../src/coordinator/profiles/profile.ts';
import { seededProfiles } from '../../src/coordinator/profiles/seeded.ts';
import { bandOf, defaultThresholds } from '../../src/coordinator/risk/score.ts';

/** Every operation that agents may call. */
export const forAgents = (operations as readonly Operation[]).filter(
  ({ callers }) => callers?.includes('agent') ?? true,
);

export const trusts: readonly Trust[] = [0, 1, 2, 3, 4];
export const resources: readonly Resource[] = [
  { type: 'File', id: 'src/a.ts' },
  { type: 'File', id: '.env' },
  { type: 'Domain', id: 'example.com' },
  { type: 'Task', id: '018f0000-0000-7000-8000-000000000000' },
  { type: 'Tool', id: 'git push --force' },
  { type: 'Policy', id: 'night' },
  { type: 'Project', id: 'locks' },
];

export function accessesOf({ access }: Operation): readonly Access[] {
  return typeof access === 'string' ? [access] : ['read', 'write', 'admin'];
}

/** What tells one case from another. */
export interface Case {
  readonly operation: Operation;
  readonly access: Access;
  readonly trust: Trust;
  readonly resource: Resource;
  readonly profile: Profile;
  readonly granted: boolean;
  readonly risk: number;
  readonly riskRefuses: boolean;
  readonly delegatedBy: string | null;
  readonly usedUp: PolicyRequest['context']['usedUp'];
  readonly now: number;
}

export function requestOf(given: Case): PolicyRequest {
  const { operation, access, trust, resource, profile, granted, risk, riskRefuses, delegatedBy } = given;
  return {
    principal: {
      agent: 'amber',
      session: '018f0000-0000-7000-8000-000000000001',
      type: profile.agent_type ?? 'unknown',
      trust,
      delegatedBy,
      grants: granted ? [operation.name, 'another_operation'] : ['another_operation'],
      profile: profile.name,
    },
    action: { name: operation.name, access },
    resource,
    context: {
      // What the authorize step does not score or count it does not ask about either.
      riskScore: operation.ownAffair ? 0 : risk,
      riskBand: operation.ownAffair ? 'low' : bandOf(risk, defaultThresholds),
      riskRefuses,
      now: given.now,
      branch: 'main',
      ownAffair: operation.ownAffair ?? false,
      ...standingOf(profile, operation),
      usedUp: operation.ownAffair ? null : given.usedUp,
    },
  };
}

const [aProfile] = seededProfiles;
if (!aProfile) throw new Error('there are no seeded profiles');

/** Every case of operation, access, trust, resource, grant, risk and delegation, for an agent whose profile lists everything. */
export function* everyCase(): Generator<Case> {
  const profile = { ...aProfile, allowed_operations: [] } as Profile;
  for (const operation of forAgents)
    for (const access of accessesOf(operation))
      for (const trust of trusts)
        for (const resource of resources)
          for (const granted of [false, true])
            for (const [risk, riskRefuses] of [
              [0, false],
              [0.5, false],
              [0.9, false],
              [0.9, true],
            ] as const)
              for (const delegatedBy of [null, 'Olga'])
                yield {
                  ...{ operation, access, trust, resource, profile, granted, risk, riskRefuses, delegatedBy },
                  usedUp: null,
                  now: 0,
                };
}

const names = forAgents.map(({ name }) => name);

/** Profiles with lists and limits of every kind, among them those that come with the product. */
const profiles: fc.Arbitrary<Profile> = fc.oneof(
  fc.constantFrom(...seededProfiles),
  fc
    .record({
      base: fc.constantFrom(...seededProfiles),
      allowed_operations: fc.subarray(names),
      blocked_operations: fc.oneof(fc.constant([]), fc.subarray(names)),
      elevated_operations: fc.oneof(fc.constant([]), fc.subarray(names)),
    })
    .map(({ base, ...lists }) => ({ ...base, ...lists })),
);

export const anyCase: fc.Arbitrary<Case> = fc
  .constantFrom(
    ...forAgents.flatMap(operation => accessesOf(operation).map(access => ({ operation, access }))),
  )
  .chain(({ operation, access }) =>
    fc.record({
      operation: fc.constant(operation),
      access: fc.constant(access),
      trust: fc.constantFrom(...trusts),
      resource: fc.oneof(
        fc.constantFrom(...resources),
        fc.record({ type: fc.constant('File' as const), id: fc.string({ minLength: 1 }) }),
      ),
      profile: profiles,
      granted: fc.boolean(),
      risk: fc.double({ min: 0, max: 1, noNaN: true }),
      riskRefuses: fc.boolean(),
      delegatedBy: fc.option(fc.string({ minLength: 1 })),
      usedUp: fc.option(
        fc.constantFrom(
          'max_api_calls_per_hour' as const,
          'max_execution_time_seconds' as const,
          'max_file_modifications' as const,
        ),
      ),
      now: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    }),
  );
