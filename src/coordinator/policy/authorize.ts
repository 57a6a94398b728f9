import type { Caller } from '../kernel/caller.ts';
import type { Step } from '../kernel/corridor.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { Access, Operation } from '../kernel/operation.ts';
import { type Decision, known } from '../kernel/passage.ts';

/** The trust that each access asks for (safety.md, Policy engines). */
const trustFor: Readonly<Record<Access, number>> = { read: 1, write: 2, admin: 3 };

const callersByDefault: readonly Caller['kind'][] = ['agent', 'operator', 'system'];

/** What the policy engine is asked, and what the record keeps of the question. */
export interface PolicyRequest {
  readonly operation: Operation;
  readonly access: Access;
  readonly caller: Caller;
}

/**
 * Step 3 with the built-in rule: the kind of caller must be one the operation is for, and an agent's trust must reach
 * its access. Profiles with lists and limits, risk and the Cedar engine join the same decision.
 */
export const authorize: Step = async passage => {
  const { operation, access, caller } = known(passage);
  const decision = decideBuiltIn({ operation, access, caller });
  passage.decision = decision;
  if (decision.decision !== 'deny') return;
  throw refusal(operation, caller, decision);
};

/** The built-in rule as a pure function of the request. */
export function decideBuiltIn({ operation, access, caller }: PolicyRequest): Decision {
  const inputs = { kind: caller.kind, access, trust: caller.kind === 'agent' ? caller.trust : null };
  const answer = (decision: Decision['decision'], policy: string, reason: string): Decision => ({
    decision,
    reason,
    determiningPolicies: [policy],
    engine: 'builtin',
    inputs,
  });
  if (!(operation.callers ?? callersByDefault).includes(caller.kind)) {
    return answer('deny', 'callers', `${operation.name} is not for a caller of kind ${caller.kind}`);
  }
  if (caller.kind === 'local' && access !== 'read' && !operation.ownAffair) {
    return answer('deny', 'local-reads', 'a process without a credential may only read');
  }
  if (caller.kind !== 'agent') return answer('allow', `permit-${caller.kind}`, `${caller.kind} may call it`);
  if (caller.trust === 0) return answer('deny', 'forbid-suspended', 'the agent is suspended (trust 0)');
  const needed = operation.ownAffair ? 1 : trustFor[access];
  if (caller.trust < needed) {
    return answer(
      'deny',
      `permit-${access}`,
      `${access} asks for trust ${needed}, the agent has ${caller.trust}`,
    );
  }
  return answer(
    'allow',
    operation.ownAffair ? 'permit-own-affair' : `permit-${access}`,
    `trust ${caller.trust} suffices`,
  );
}

function refusal(operation: Operation, caller: Caller, decision: Decision): InterlockError {
  const because = `${operation.name} was refused: ${decision.reason}.`;
  const params = { operation: operation.name, policies: decision.determiningPolicies };
  if (decision.determiningPolicies.includes('forbid-suspended')) {
    return new InterlockError('agent_suspended', because, {
      params,
      next: 'Ask the person at the editor to lift the suspension.',
    });
  }
  if (caller.kind === 'agent' && decision.determiningPolicies[0]?.startsWith('permit-')) {
    return new InterlockError('insufficient_trust_level', because, {
      params: { ...params, trust: caller.trust },
      next: 'Ask the person at the editor to do it, or to raise this agent’s trust level.',
    });
  }
  if (caller.kind === 'local') {
    return new InterlockError('unauthenticated', because, {
      params,
      next: 'Call register_session first, and send its token.',
    });
  }
  return new InterlockError('operation_not_permitted', because, {
    params,
    next: 'This is for a person: ask the one at the editor.',
  });
}
