import type { AgentCaller, Trust } from '../kernel/caller.ts';
import type { KnownPassage } from '../kernel/passage.ts';
import type { Usage } from '../profiles/usage.ts';
import { riskModelOf } from './model.ts';
import { type RiskScore, scoreRisk } from './score.ts';
import { sensitivityOf } from './sensitivity.ts';

/** Where risk is not scored, and for what concerns the session itself. */
export const noRisk: RiskScore = { score: 0, band: 'low', factors: [] };

type About = Pick<KnownPassage, 'operation' | 'access' | 'place' | 'resources'>;

/**
 * The risk of a call of an agent, by the most sensitive of the things that it is about.
 * @param now milliseconds since 1970, of the database's clock
 */
export function riskOf(
  { operation, access, place, resources }: About,
  { startedAt }: AgentCaller,
  trust: Trust,
  { violations }: Usage,
  now: number,
): RiskScore {
  const model = operation.ownAffair ? undefined : riskModelOf(place.project.settings);
  if (!model) return noRisk;
  const sensitivity = Math.max(...resources.map(sensitivityOf));
  const sessionMinutes = Math.max(0, (now - startedAt.getTime()) / 60_000);
  const hour = new Date(now).getHours();
  return scoreRisk({ trust, access, sensitivity, violations, sessionMinutes, hour }, model);
}
