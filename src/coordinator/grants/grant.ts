import { z } from 'zod';
import type { GrantRow } from './store.ts';

/** A grant as callers see it. */
export const Grant = z.object({
  grant_id: z.uuid(),
  session_id: z.uuid(),
  agent_id: z.string(),
  operation: z.string(),
  covers: z
    .enum(['rules', 'operation'])
    .describe('rules: calls pass where only these rules ask. operation: policies let the session call it.'),
  rules: z.array(z.string()),
  categories: z.array(z.string()),
  scope: z.enum(['session', 'minutes']),
  justification: z.string(),
  reason: z.string().nullable(),
  granted_by: z.string(),
  self_service: z.boolean().describe('No person was asked, since it lets nothing be changed.'),
  created_at: z.string(),
  expires_at: z.string(),
  last_used_at: z.string().nullable(),
  use_count: z.number().int(),
  in_force: z.boolean(),
  revoked: z.object({ at: z.string(), by: z.string(), reason: z.string().nullable() }).nullable(),
});

export function grantOf(row: GrantRow): z.input<typeof Grant> {
  return {
    grant_id: row.id,
    session_id: row.session_id,
    agent_id: row.agent_id,
    operation: row.operation,
    covers: row.covers,
    rules: [...row.rules],
    categories: [...row.categories],
    scope: row.scope,
    justification: row.justification,
    reason: row.reason,
    granted_by: row.granted_by_name,
    self_service: row.self_service,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    use_count: row.use_count,
    in_force: row.in_force,
    revoked:
      row.revoked_at && row.revoked_by !== null
        ? { at: row.revoked_at.toISOString(), by: row.revoked_by, reason: row.revoked_reason }
        : null,
  };
}
