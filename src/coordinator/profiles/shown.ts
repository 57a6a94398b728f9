import { z } from 'zod';
import type { Assignment, Profile } from './profile.ts';

export const ProfileName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'lower-case letters, digits and underscores, beginning with a letter');

export const OperationNames = z.array(z.string().min(1).max(100)).max(500);

/** What a network policy says is the network's affair; here it is a small object. */
export const NetworkPolicy = z.record(z.string().max(100), z.json());

export const ShownProfile = z.object({
  name: z.string(),
  description: z.string(),
  agent_type: z.string().nullable(),
  is_default: z.boolean(),
  trust_level: z.number().int().min(0).max(4),
  allowed_operations: z.array(z.string()).describe('Empty: every operation of its class.'),
  blocked_operations: z.array(z.string()).describe('Always wins.'),
  elevated_operations: z.array(z.string()).describe('Open although the trust does not reach their class.'),
  max_file_modifications: z.number().int().nullable(),
  max_execution_time_seconds: z
    .number()
    .int()
    .nullable()
    .describe('What the coordinator works for a session in an hour, waits not counted.'),
  max_api_calls_per_hour: z.number().int().nullable(),
  network_policy: NetworkPolicy,
  enabled: z.boolean(),
  version: z.number().int(),
  changed_at: z.string().nullable(),
  changed_by: z.string().nullable(),
  change_reason: z.string().nullable(),
});

export const ShownAssignment = z.object({
  agent_id: z.string().nullable(),
  session_id: z.uuid().nullable(),
  profile: z.string(),
  reason: z.string(),
  assigned_by: z.string(),
  assigned_at: z.string(),
});

export function shownProfile(profile: Profile): z.input<typeof ShownProfile> {
  return {
    ...profile,
    allowed_operations: [...profile.allowed_operations],
    blocked_operations: [...profile.blocked_operations],
    elevated_operations: [...profile.elevated_operations],
    network_policy: profile.network_policy as z.input<typeof NetworkPolicy>,
    changed_at: profile.changed_at?.toISOString() ?? null,
  };
}

export function shownAssignment(assignment: Assignment): z.input<typeof ShownAssignment> {
  return { ...assignment, assigned_at: assignment.assigned_at.toISOString() };
}
