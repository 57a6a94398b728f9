import type { Trust } from '../kernel/caller.ts';
import type { Access, Resource } from '../kernel/operation.ts';
import type { RiskBand } from '../risk/score.ts';

/** Which of the profile's limits is used up. */
export type Limit = 'max_api_calls_per_hour' | 'max_execution_time_seconds' | 'max_file_modifications';

/**
 * What a policy engine is asked about one resource of one call of an agent. Both engines answer the same request, and
 * the record keeps it, so that a change of the policies can be tried on what was decided before.
 */
export interface PolicyRequest {
  readonly principal: {
    readonly agent: string;
    readonly session: string;
    readonly type: string;
    readonly trust: Trust;
    /** The person the session acts for. */
    readonly delegatedBy: string | null;
    /** Operations that a person allowed the session beyond its profile. */
    readonly grants: readonly string[];
    readonly profile: string;
  };
  readonly action: { readonly name: string; readonly access: Access };
  readonly resource: Resource;
  readonly context: {
    /** 0 to 1; 0 where risk is not scored. */
    readonly riskScore: number;
    readonly riskBand: RiskBand;
    /** Where the project does not ask a person about a high risk. */
    readonly riskRefuses: boolean;
    /** Milliseconds since 1970, of the database's clock. */
    readonly now: number;
    readonly branch: string | null;
    /** The operation is about the caller's own session or request. */
    readonly ownAffair: boolean;
    /** What the profile says of the operation. */
    readonly blocked: boolean;
    readonly listed: boolean;
    readonly elevated: boolean;
    readonly usedUp: Limit | null;
  };
}

/** The trust that each access asks for (safety.md, Policy engines). */
export const trustFor: Readonly<Record<Access, Trust>> = { read: 1, write: 2, admin: 3 };

/** What an engine says of a request. */
export interface Answer {
  readonly decision: 'allow' | 'deny' | 'approval_required';
  readonly reason: string;
  readonly determiningPolicies: readonly string[];
}

/** The policies that come with the product, by the names that both engines give them. */
export const builtinPolicies = {
  suspended: 'forbid-suspended',
  blocked: 'forbid-blocked',
  usedUp: 'forbid-used-up',
  unlisted: 'forbid-unlisted',
  highRisk: 'forbid-high-risk',
  askHighRisk: 'ask-high-risk',
  ownStatus: 'permit-own-status',
  ownAffair: 'permit-own-affair',
  elevated: 'permit-elevated',
  granted: 'permit-granted',
  read: 'permit-read',
  write: 'permit-write',
  admin: 'permit-admin',
} as const;
