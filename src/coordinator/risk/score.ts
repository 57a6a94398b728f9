import type { Trust } from '../kernel/caller.ts';
import type { Access } from '../kernel/operation.ts';

/** How much each thing may add to the score at most. */
export interface RiskWeights {
  readonly trust: number;
  readonly operation: number;
  readonly resource: number;
  readonly violations: number;
  readonly sessionAge: number;
  readonly unusualHours: number;
}

export interface RiskModel {
  readonly weights: RiskWeights;
  /** Up to `low` a call passes, up to `high` it passes and is written down, above it a person is asked. */
  readonly thresholds: { readonly low: number; readonly high: number };
}

/** What is known of a call, in the words of its factors. */
export interface RiskInputs {
  readonly trust: Trust;
  readonly access: Access;
  /** How much harm a change of the resource could do, 0 to 1: see `sensitivityOf`. */
  readonly sensitivity: number;
  /** Refusals of the session within the sliding window. */
  readonly violations: number;
  readonly sessionMinutes: number;
  /** Hour of the day where the coordinator runs, 0 to 23. */
  readonly hour: number;
}

export type RiskBand = 'low' | 'medium' | 'high';
export type FactorName = keyof RiskWeights;

export interface RiskFactor {
  readonly name: FactorName;
  /** 0 to 1: how much of the factor there is. */
  readonly value: number;
  readonly weight: number;
  /** value × weight: what it adds. */
  readonly adds: number;
  readonly why: string;
}

export interface RiskScore {
  /** 0 to 1. */
  readonly score: number;
  readonly band: RiskBand;
  readonly factors: readonly RiskFactor[];
}

/**
 * Chosen so that what safety.md says must be reached is reached with the other factors at nothing and at their most,
 * and so that violations alone bring no write of an ordinary file above the high threshold.
 */
export const defaultWeights: RiskWeights = {
  trust: 0.25,
  operation: 0.35,
  resource: 0.2,
  violations: 0.36,
  sessionAge: 0.04,
  unusualHours: 0.04,
};

export const defaultThresholds: RiskModel['thresholds'] = { low: 0.3, high: 0.7 };

/** Reading changes nothing; what an administrator does reaches beyond the agent. */
const accessValue: Readonly<Record<Access, number>> = { read: 0, write: 0.35, admin: 1 };
/** So many refusals within the window are as bad as it gets. */
const worstViolations = 5;
/** A session that has worked for so long without anything is no stranger any more. */
const knownAfterMinutes = 30;
/** Hours in which people sleep: nobody watches. From 22:00 to 05:59. */
const isNight = (hour: number): boolean => hour >= 22 || hour < 6;

/** The risk of a call from 0 to 1 and how it comes about. A pure function: the same inputs, the same score. */
export function scoreRisk(inputs: RiskInputs, { weights, thresholds }: RiskModel): RiskScore {
  const factor = (name: FactorName, value: number, why: string): RiskFactor => ({
    name,
    value,
    weight: weights[name],
    adds: value * weights[name],
    why,
  });
  const { trust, access, sensitivity, violations, sessionMinutes, hour } = inputs;
  const factors = [
    factor('trust', (4 - trust) / 4, `trust ${trust} of 4`),
    factor('operation', accessValue[access], `it ${verbs[access]}`),
    factor('resource', sensitivity, sensitivity > 0 ? 'what it is about is sensitive' : 'nothing sensitive'),
    factor(
      'violations',
      Math.min(1, violations / worstViolations),
      violations === 1 ? '1 refusal of late' : `${violations} refusals of late`,
    ),
    factor(
      'sessionAge',
      Math.max(0, 1 - sessionMinutes / knownAfterMinutes),
      `the session is ${Math.floor(sessionMinutes)} minutes old`,
    ),
    factor('unusualHours', isNight(hour) ? 1 : 0, `it is ${String(hour).padStart(2, '0')}:00 or later`),
  ];
  // Halves of the last digit that floating point makes of a sum decide nothing.
  const sum = factors.reduce((total, { adds }) => total + adds, 0);
  const score = Math.round(Math.min(1, Math.max(0, sum)) * 10_000) / 10_000;
  return { score, band: bandOf(score, thresholds), factors };
}

/** Where somebody has set the high threshold below the low one, the high one counts. */
export function bandOf(score: number, { low, high }: RiskModel['thresholds']): RiskBand {
  if (score > high) return 'high';
  return score <= low ? 'low' : 'medium';
}

const verbs: Readonly<Record<Access, string>> = {
  read: 'reads',
  write: 'writes',
  admin: 'administers',
};
