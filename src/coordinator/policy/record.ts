import type { Decision } from '../kernel/decision.ts';
import type { Resource } from '../kernel/operation.ts';
import type { Resolved } from '../profiles/profile.ts';
import type { RiskScore } from '../risk/score.ts';
import type { Answer, PolicyRequest } from './request.ts';

export interface Answered {
  readonly request: PolicyRequest;
  readonly answer: Answer;
}

const severity: Readonly<Record<Answer['decision'], number>> = { allow: 0, approval_required: 1, deny: 2 };

/** A call is only as free as the strictest answer to what it is about; of several that are equally strict, the first. */
export function strictest(answers: readonly Answered[]): Answered {
  const [first, ...rest] = answers;
  if (!first) throw new Error('a call is about something');
  return rest.reduce(
    (most, one) => (severity[one.answer.decision] > severity[most.answer.decision] ? one : most),
    first,
  );
}

/**
 * What the record keeps of the question, beside who asked, when and about what: enough to ask it again, and how the risk
 * comes about. Of a low risk only what adds to it, since most records are of calls that nobody looks at twice.
 */
export function inputsOf(
  { principal, action, resource, context }: PolicyRequest,
  { by }: Pick<Resolved, 'by'>,
  { band, factors }: RiskScore,
  resources: readonly Resource[],
): Decision['inputs'] {
  return {
    kind: 'agent',
    trust: principal.trust,
    profile: principal.profile,
    profile_by: by,
    grants: principal.grants,
    access: action.access,
    resource,
    ...(resources.length > 1 ? { resources } : {}),
    risk_score: context.riskScore,
    risk_band: context.riskBand,
    ...(factors.length === 0
      ? {}
      : { risk_factors: band === 'low' ? factors.filter(({ adds }) => adds > 0) : factors }),
    risk_refuses: context.riskRefuses,
    branch: context.branch,
    own_affair: context.ownAffair,
    blocked: context.blocked,
    listed: context.listed,
    elevated: context.elevated,
    used_up: context.usedUp,
  };
}
