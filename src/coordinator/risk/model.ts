import type { Settings } from '../kernel/settings.ts';
import type { RiskModel } from './score.ts';

/** How a project scores risk, by its settings; undefined where it does not. */
export function riskModelOf(settings: Settings): RiskModel | undefined {
  if (!settings['risk.enabled']) return undefined;
  return {
    weights: {
      trust: settings['risk.weights.trust'],
      operation: settings['risk.weights.operation'],
      resource: settings['risk.weights.resource'],
      violations: settings['risk.weights.violations'],
      sessionAge: settings['risk.weights.sessionAge'],
      unusualHours: settings['risk.weights.unusualHours'],
    },
    thresholds: { low: settings['risk.thresholds.low'], high: settings['risk.thresholds.high'] },
  };
}
