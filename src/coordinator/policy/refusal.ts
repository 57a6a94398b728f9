import type { Caller } from '../kernel/caller.ts';
import { type ErrorCode, InterlockError } from '../kernel/errors.ts';
import type { Operation } from '../kernel/operation.ts';
import type { Answer } from './request.ts';
import { builtinPolicies as policies } from './request.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly next: string;
}

const askPerson = 'Ask the person at the editor';

/** What a refusal by one of the built-in policies is called, and what can be done about it. */
const meanings: Readonly<Record<string, Meaning>> = {
  [policies.suspended]: { code: 'agent_suspended', next: `${askPerson} to lift the suspension.` },
  [policies.blocked]: {
    code: 'operation_not_permitted',
    next: `get_my_profile shows what you may call. ${askPerson} to do it.`,
  },
  [policies.unlisted]: {
    code: 'operation_not_permitted',
    next: `get_my_profile shows what you may call. ${askPerson} to do it.`,
  },
  [policies.usedUp]: {
    code: 'resource_limit_exceeded',
    next: `get_my_profile shows what is used. Finish with what you have, or ask the person at the editor for more.`,
  },
  [policies.highRisk]: {
    code: 'risk_score_exceeded',
    next: `${askPerson} to do it. The score falls with time when nothing of yours is refused.`,
  },
  ...Object.fromEntries(
    [policies.read, policies.write, policies.admin].map(policy => [
      policy,
      {
        code: 'insufficient_trust_level',
        next: `${askPerson} to do it, or to raise this agent’s trust level.`,
      },
    ]),
  ),
};

/**
 * The error for a call that the policies deny.
 * @param builtin what the built-in policies alone say: where they allow, it was one that people have written
 */
export function refusedBy(
  operation: Operation,
  { profile, trust }: { readonly profile: string; readonly trust: number },
  answer: Answer,
  builtin: Answer,
): InterlockError {
  const meaning = builtin.decision === 'deny' ? meanings[builtin.determiningPolicies[0] ?? ''] : undefined;
  return new InterlockError(
    meaning?.code ?? 'policy_denied',
    `${operation.name} was refused: ${(meaning ? builtin : answer).reason}.`,
    {
      next:
        meaning?.next ??
        `get_policy shows the policy; check_policy says beforehand. ${askPerson} to change it.`,
      params: { operation: operation.name, policies: answer.determiningPolicies, profile, trust },
    },
  );
}

/** The error for a kind of caller that the operation is not for. */
export function notForCaller(operation: Operation, caller: Caller): InterlockError {
  const because = `${operation.name} was refused: it is not for a caller of kind ${caller.kind}.`;
  const params = { operation: operation.name };
  if (caller.kind === 'local') {
    return new InterlockError('unauthenticated', because, {
      params,
      next: 'Call register_session first, and send its token.',
    });
  }
  return new InterlockError('operation_not_permitted', because, {
    params,
    next: `This is for ${caller.kind === 'agent' ? 'a person: ask the one at the editor' : 'an agent’s session'}.`,
  });
}
