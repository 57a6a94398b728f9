import { z } from 'zod';
import type { Operation } from '../kernel/operation.ts';
import type { PolicySet } from './policy-set.ts';
import type { Answer, PolicyRequest } from './request.ts';

/** A request in the words of people, with the decision that it should come to. What is left out is of no matter to it. */
export const PolicyCase = z.object({
  name: z.string().min(1).max(200),
  agent: z
    .object({
      id: z.string().max(200).default('amber'),
      type: z.string().max(200).default('copilot'),
      trust: z.literal([0, 1, 2, 3, 4]).default(2),
      profile: z.string().max(200).default('copilot_agent'),
      delegated_by: z.string().max(200).nullable().default(null),
      grants: z.array(z.string().max(100)).max(100).default([]),
    })
    .prefault({}),
  operation: z.string().min(1).max(100),
  access: z
    .enum(['read', 'write', 'admin'])
    .optional()
    .describe('For an operation whose access depends on its input.'),
  resource: z.object({
    type: z.enum([
      'File',
      'Session',
      'Approval',
      'Grant',
      'Task',
      'Memory',
      'Domain',
      'Policy',
      'Tool',
      'Project',
    ]),
    id: z.string().max(1024),
  }),
  risk: z
    .object({
      score: z.number().min(0).max(1),
      band: z.enum(['low', 'medium', 'high']),
      refuses: z.boolean().default(false),
    })
    .default({ score: 0, band: 'low', refuses: false }),
  now: z.iso.datetime({ offset: true }).default('2026-01-05T12:00:00Z'),
  branch: z.string().max(500).nullable().default(null),
  profile_says: z
    .object({ blocked: z.boolean(), listed: z.boolean(), elevated: z.boolean() })
    .partial()
    .default({}),
  used_up: z
    .enum(['max_api_calls_per_hour', 'max_execution_time_seconds', 'max_file_modifications'])
    .nullable()
    .default(null),
  expect: z.enum(['allow', 'deny', 'approval_required']),
  by: z.array(z.string().max(200)).optional().describe('The policies that should decide it, in any order.'),
});

export type PolicyCase = z.output<typeof PolicyCase>;

export interface CaseResult {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: Answer['decision'];
  readonly decision: Answer['decision'] | 'unknown_operation';
  readonly reason: string;
  readonly policies: readonly string[];
}

/** Asks a set of policies about a case. */
export function runCase(
  set: PolicySet,
  operations: ReadonlyMap<string, Operation>,
  given: PolicyCase,
): CaseResult {
  const { name, expect: expected } = given;
  const operation = operations.get(given.operation);
  if (!operation) {
    const reason = `there is no operation ${given.operation}`;
    return { name, passed: false, expected, decision: 'unknown_operation', reason, policies: [] };
  }
  const answer = set.decide(requestOf(given, operation), operation.access);
  const { decision, reason, determiningPolicies: policies } = answer;
  const asExpected = given.by === undefined || sorted(given.by) === sorted(policies);
  return { name, passed: decision === expected && asExpected, expected, decision, reason, policies };
}

export function requestOf(given: PolicyCase, operation: Operation): PolicyRequest {
  const access = given.access ?? (typeof operation.access === 'string' ? operation.access : 'write');
  return {
    principal: {
      agent: given.agent.id,
      session: given.agent.id,
      type: given.agent.type,
      trust: given.agent.trust,
      delegatedBy: given.agent.delegated_by,
      grants: given.agent.grants,
      profile: given.agent.profile,
    },
    action: { name: operation.name, access },
    resource: given.resource,
    context: {
      riskScore: given.risk.score,
      riskBand: given.risk.band,
      riskRefuses: given.risk.refuses,
      now: Date.parse(given.now),
      branch: given.branch,
      ownAffair: operation.ownAffair ?? false,
      blocked: given.profile_says.blocked ?? false,
      listed: given.profile_says.listed ?? true,
      elevated: given.profile_says.elevated ?? false,
      usedUp: given.used_up,
    },
  };
}

function sorted(names: readonly string[]): string {
  return [...names].sort().join('\n');
}
