import type { AgentCaller } from '../kernel/caller.ts';
import type { Resource } from '../kernel/operation.ts';
import type { KnownPassage } from '../kernel/passage.ts';
import { foldCase } from '../locks/path.ts';
import { type Resolved, standingOf } from '../profiles/profile.ts';
import type { RiskScore } from '../risk/score.ts';
import type { Limit, PolicyRequest } from './request.ts';

/** What was found out about a call before the engine is asked. */
export interface Known {
  readonly resolved: Resolved;
  readonly usedUp: Limit | null;
  /** Operations that the session has leave to call. */
  readonly grants: readonly string[];
  readonly risk: RiskScore;
  readonly now: number;
}

type About = Pick<KnownPassage, 'operation' | 'access' | 'place' | 'resources'>;

/** One request for each thing that the call is about: policies judge them all. */
export function requestsOf(about: About, caller: AgentCaller, known: Known): readonly PolicyRequest[] {
  const { operation, access, place, resources } = about;
  const { resolved, usedUp, grants, risk, now } = known;
  const request = {
    principal: {
      agent: caller.agentId,
      session: caller.sessionId,
      type: caller.agentType,
      trust: resolved.trust,
      delegatedBy: caller.delegatedFrom,
      grants,
      profile: resolved.profile.name,
    },
    action: { name: operation.name, access },
    context: {
      riskScore: risk.score,
      riskBand: risk.band,
      riskRefuses: place.project.settings['risk.aboveHigh'] === 'refuse',
      now,
      branch: place.branch,
      ownAffair: operation.ownAffair ?? false,
      ...standingOf(resolved.profile, operation),
      usedUp,
    },
  };
  return spelled(resources, place.foldsCase).map(resource => ({ ...request, resource }));
}

/** Where a file system does not tell upper from lower case, a policy on `infra/*` is about `INFRA/x` too. */
export function spelled(resources: readonly Resource[], foldsCase: boolean): readonly Resource[] {
  if (!foldsCase) return resources;
  return resources.flatMap(resource => {
    const folded = resource.type === 'File' ? foldCase(resource.id) : resource.id;
    return folded === resource.id ? [resource] : [resource, { ...resource, id: folded }];
  });
}
