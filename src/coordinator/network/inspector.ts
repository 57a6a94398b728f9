import type { Queryable } from '../database/port.ts';
import type { Caller, Project } from '../kernel/caller.ts';
import type { Inspector } from '../kernel/guard.ts';
import type { Finding } from '../kernel/intent.ts';
import { decide, type NetworkDecision, type NetworkStanding } from './decide.ts';
import { type Destination, destinationOf, shownDestination } from './destination.ts';
import type { NetworkRules } from './rules.ts';

export interface NetworkServices {
  readonly rules: NetworkRules;
  /** How a caller stands to the network in a project. */
  readonly standingOf: (db: Queryable, caller: Caller, project: Project) => Promise<NetworkStanding>;
}

/** What the record keeps of one host that a call would reach. */
export interface DomainFact {
  readonly domain: string;
  readonly allowed: boolean;
  readonly reason: NetworkDecision['reason'];
  readonly rule: string | null;
  readonly profile: string | null;
}

/** The record keeps this many hosts of one call; what is refused is among the findings in any case. */
const mostFacts = 100;
/** The longest name in a message; DNS allows 253 characters. */
const longestShown = 260;

/**
 * Asks the network rules about every host that a call would reach: those of a fetch, and those that a command was found
 * to contact. One that may not be reached refuses the call. Text that only speaks of hosts is judged when somebody acts on it.
 */
export function createNetworkInspector({ rules, standingOf }: NetworkServices): Inspector {
  return async (passage, { text }, db) => {
    const reached = [...new Set(passage.reached)];
    if (text !== undefined || reached.length === 0) return [];
    const { caller, place } = passage;
    const standing = await standingOf(db, caller, place.project);
    const inForce = await rules.of(db, place.project.id);
    const facts: DomainFact[] = [];
    const findings: Finding[] = [];
    for (const written of reached) {
      const destination = destinationOf(written);
      if (!destination) {
        findings.push(...unreadable(written, standing));
        continue;
      }
      const decision = decide(inForce, standing, destination);
      facts.push(factOf(destination, decision, standing));
      if (!decision.allowed) findings.push(denied(destination, decision, standing));
    }
    passage.facts.domains = facts.slice(0, mostFacts);
    return findings;
  };
}

function factOf(
  destination: Destination,
  { allowed, reason, rule }: NetworkDecision,
  { profile }: NetworkStanding,
) {
  return { domain: shownDestination(destination), allowed, reason, rule: rule?.id ?? null, profile };
}

function denied(
  destination: Destination,
  { reason, rule }: NetworkDecision,
  { profile }: NetworkStanding,
): Finding {
  const domain = shownDestination(destination).slice(0, longestShown);
  const who = profile === null ? 'this agent' : `agents with the profile ${profile}`;
  return {
    answer: 'refuse',
    code: 'domain_not_allowed',
    rule: `network.${reason}`,
    category: 'network',
    effect: `It reaches ${domain}`,
    why: rule
      ? `The network rule ${rule.pattern} forbids it: ${rule.reason}.`
      : `No network rule allows it, and ${who} may reach only what one allows.`,
    suggestion: `Do without ${domain}, or ask the person at the editor for a network rule that allows it.`,
    matchedText: domain,
  };
}

/** Whoever may reach only what is allowed needs a person’s leave for what cannot be read. */
function unreadable(written: string, { byDefault }: NetworkStanding): Finding[] {
  if (byDefault === 'allow') return [];
  const shown = written.replaceAll(/[\p{C}\s]/gu, '…').slice(0, longestShown);
  return [
    {
      answer: 'ask',
      rule: 'network.unreadable',
      category: 'network',
      effect: 'It reaches a host that cannot be known before it runs',
      why: 'Whether the network rules allow it can only be said of a host that is known.',
      suggestion: 'Write the address out.',
      matchedText: shown,
    },
  ];
}
