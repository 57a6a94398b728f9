import { type Answer, type PolicyRequest, builtinPolicies as policies, trustFor } from './request.ts';

/**
 * The built-in policies as a pure function: the project's defaults, the agent's profile, its grants and the risk. What
 * people have written in Cedar is not among them: that needs the Cedar engine. The first thing that stands against a
 * call is what its refusal says.
 */
export function decideNative(request: PolicyRequest): Answer {
  const { principal, action, context } = request;
  const { trust, profile } = principal;
  const { name, access } = action;
  if (trust === 0) {
    if (context.blocked) return deny(policies.suspended, 'the agent is suspended (trust 0)');
    return context.ownAffair && access === 'read'
      ? allow(policies.ownStatus, 'even a suspended agent may read its own status')
      : deny(policies.suspended, 'the agent is suspended (trust 0)');
  }
  if (context.blocked) return deny(policies.blocked, `the profile ${profile} blocks ${name}`);
  if (context.ownAffair) return allow(policies.ownAffair, 'it is the affair of the agent’s own session');

  const granted = principal.grants.includes(name);
  const suffices = trust >= trustFor[access];
  if (!suffices && !context.elevated && !granted) {
    return deny(policies[access], `${access} asks for trust ${trustFor[access]}, the agent has ${trust}`);
  }
  if (context.usedUp !== null) {
    return deny(policies.usedUp, `${context.usedUp} of the profile ${profile} is used up`);
  }
  if (granted) return allow(policies.granted, `a grant allows ${name} to the session`);
  if (!context.listed) {
    return deny(policies.unlisted, `${name} is not among what the profile ${profile} allows`);
  }
  if (context.riskBand === 'high') {
    const reason = `the risk of the call is high (${context.riskScore.toFixed(2)})`;
    if (context.riskRefuses) return deny(policies.highRisk, reason);
    return { decision: 'approval_required', reason, determiningPolicies: [policies.askHighRisk] };
  }
  return suffices
    ? allow(policies[access], `trust ${trust} suffices for ${access}`)
    : allow(policies.elevated, `the profile ${profile} opens ${name}`);
}

function allow(policy: string, reason: string): Answer {
  return { decision: 'allow', reason, determiningPolicies: [policy] };
}

function deny(policy: string, reason: string): Answer {
  return { decision: 'deny', reason, determiningPolicies: [policy] };
}
