import { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import type { Caller, Project } from '../kernel/caller.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { NetworkStanding } from './decide.ts';

/** What a profile says of the network: what holds where no rule says anything. It says nothing: that its agents may. */
const NetworkPolicy = z.strictObject({ default: z.enum(['allow', 'deny']).default('allow') });

/**
 * How a caller stands to the network by its profile. People and the coordinator itself reach what they like. A profile
 * that says something else than is known here allows only what rules allow.
 */
export function createStandings(profiles: Profiles) {
  return async (db: Queryable, caller: Caller, project: Project): Promise<NetworkStanding> => {
    if (caller.kind !== 'agent') return { profile: null, byDefault: 'allow' };
    const { profile } = await profiles.of(db, project.id, caller);
    const policy = NetworkPolicy.safeParse(profile.network_policy);
    return { profile: profile.name, byDefault: policy.success ? policy.data.default : 'deny' };
  };
}
