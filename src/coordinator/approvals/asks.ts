import { z } from 'zod';
import type { Decision } from '../kernel/decision.ts';
import type { Finding } from '../kernel/intent.ts';
import type { KnownPassage } from '../kernel/passage.ts';
import { shown } from './shown.ts';

/** Something that stands against a call until a person has decided. */
export const Ask = z.object({
  rule: z.string(),
  category: z.string(),
  effect: z.string(),
  why: z.string().nullable(),
  suggestion: z.string().nullable(),
  matched_text: z.string().nullable(),
});
export type Ask = z.infer<typeof Ask>;

/** A person reads this many; the rules of all of them are kept. */
export const mostAsksShown = 50;

/** What asks for a person: findings of the guard, and the policies behind a decision that needs approval. */
export function asksOf({ decision, findings }: Pick<KnownPassage, 'decision' | 'findings'>): readonly Ask[] {
  return [...policyAsks(decision), ...findings.filter(finding => finding.answer === 'ask').map(askOf)];
}

/** The rules behind the asks, each once, in a fixed order. */
export function rulesOf(asks: readonly Ask[]): readonly string[] {
  return [...new Set(asks.map(ask => ask.rule))].sort();
}

function policyAsks(decision: Decision | undefined): Ask[] {
  if (decision?.decision !== 'approval_required') return [];
  // Without a name for the policy there is still one that asks.
  const policies = decision.determiningPolicies.length > 0 ? decision.determiningPolicies : [decision.engine];
  return policies.map(policy => ({
    rule: shown(`policy.${policy}`, 200),
    category: 'policy',
    effect: shown(decision.reason, 1000),
    why: null,
    suggestion: null,
    matched_text: null,
  }));
}

function askOf({ rule, category, effect, why, suggestion, matchedText }: Finding): Ask {
  return {
    rule: shown(rule, 200),
    category: shown(category, 200),
    effect: shown(effect, 1000),
    why: why === undefined ? null : shown(why, 1000),
    suggestion: suggestion === undefined ? null : shown(suggestion, 1000),
    matched_text: matchedText === undefined ? null : shown(matchedText, 200),
  };
}
