import { covers, type Destination, isLoopback } from './destination.ts';
import type { NetworkRule } from './rules.ts';

/** How somebody stands to the network before any rule is asked. */
export interface NetworkStanding {
  /** The profile whose rules go first; null for whoever has none, such as a person. */
  readonly profile: string | null;
  /** What holds where no rule says anything. */
  readonly byDefault: 'allow' | 'deny';
}

export const networkReasons = ['allowlist_match', 'denylist_match', 'default_allow', 'default_deny'] as const;

export interface NetworkDecision {
  readonly allowed: boolean;
  readonly reason: (typeof networkReasons)[number];
  /** The rule that decided; null where none was about it. */
  readonly rule: NetworkRule | null;
}

/**
 * The first rule that is about the destination decides; where there is none, the standing does. This machine itself may
 * always be reached, unless a rule says otherwise.
 * @param rules in the order of `readRules`
 */
export function decide(
  rules: readonly NetworkRule[],
  { profile, byDefault }: NetworkStanding,
  destination: Destination,
): NetworkDecision {
  const rule = rules.find(
    candidate =>
      (candidate.profile === null || candidate.profile === profile) && isAbout(candidate, destination),
  );
  if (rule) {
    const allowed = rule.verdict === 'allow';
    return { allowed, reason: allowed ? 'allowlist_match' : 'denylist_match', rule };
  }
  const allowed = byDefault === 'allow' || isLoopback(destination.host);
  return { allowed, reason: allowed ? 'default_allow' : 'default_deny', rule: null };
}

/** Where the port is not known, a rule about one port forbids, and does not allow. */
function isAbout({ pattern, port, verdict }: NetworkRule, destination: Destination): boolean {
  const samePort =
    port === null || port === destination.port || (destination.port === undefined && verdict === 'deny');
  return samePort && covers(pattern, destination.host);
}
