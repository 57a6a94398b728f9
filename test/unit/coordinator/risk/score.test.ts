import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Trust } from '../../../../src/coordinator/kernel/caller.ts';
import type { Access } from '../../../../src/coordinator/kernel/operation.ts';
import { defaultSettings } from '../../../../src/coordinator/kernel/settings.ts';
import { riskModelOf } from '../../../../src/coordinator/risk/model.ts';
import {
  bandOf,
  defaultThresholds,
  defaultWeights,
  type RiskInputs,
  scoreRisk,
} from '../../../../src/coordinator/risk/score.ts';
import { sensitivityOf } from '../../../../src/coordinator/risk/sensitivity.ts';

const model = { weights: defaultWeights, thresholds: defaultThresholds };
const calm = { sensitivity: 0, violations: 0, sessionMinutes: 60, hour: 14 };
const hectic = { sessionMinutes: 0, hour: 3 };

const inputs = fc.record<RiskInputs>({
  trust: fc.constantFrom<Trust>(0, 1, 2, 3, 4),
  access: fc.constantFrom<Access>('read', 'write', 'admin'),
  sensitivity: fc.double({ min: 0, max: 1, noNaN: true }),
  violations: fc.nat({ max: 50 }),
  sessionMinutes: fc.double({ min: 0, max: 10_000, noNaN: true }),
  hour: fc.nat({ max: 23 }),
});

/** What the score must reach (safety.md, Risk score). */
const table: readonly [string, Partial<RiskInputs>, number, number][] = [
  ['trust 3, read, clean', { trust: 3, access: 'read' }, 0, 0.15],
  ['trust 4, write, clean', { trust: 4, access: 'write' }, 0, 0.3],
  ['trust 2, write, 2 violations', { trust: 2, access: 'write', violations: 2 }, 0.3, 0.5],
  ['trust 2, admin, 5 violations', { trust: 2, access: 'admin', violations: 5 }, 0.75, 1],
  [
    'trust 3, admin on a sensitive file, 4 violations',
    { trust: 3, access: 'admin', sensitivity: 1, violations: 4 },
    0.7001,
    1,
  ],
];

describe('the risk score', () => {
  test.each(table)('of %s is where it has to be, by day and by night', (_, given, least, most) => {
    for (const moment of [calm, { ...calm, ...hectic }]) {
      const { score } = scoreRisk({ ...moment, ...given } as RiskInputs, model);
      expect(score).toBeGreaterThanOrEqual(least);
      expect(score).toBeLessThanOrEqual(most);
    }
  });

  test('is a number from 0 to 1, and the sum of what its factors add', () => {
    fc.assert(
      fc.property(inputs, given => {
        const { score, factors } = scoreRisk(given, model);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        const sum = factors.reduce((total, { adds }) => total + adds, 0);
        expect(score).toBeCloseTo(Math.min(1, sum), 3);
        for (const { value, weight, adds, why } of factors) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
          expect(adds).toBe(value * weight);
          expect(why).not.toBe('');
        }
      }),
    );
  });

  test('never falls with less trust, more refusals, a more sensitive resource or a wider access', () => {
    fc.assert(
      fc.property(inputs, given => {
        const score = (change: Partial<RiskInputs>) => scoreRisk({ ...given, ...change }, model).score;
        if (given.trust > 0)
          expect(score({ trust: (given.trust - 1) as Trust })).toBeGreaterThanOrEqual(score({}));
        expect(score({ violations: given.violations + 1 })).toBeGreaterThanOrEqual(score({}));
        expect(score({ sensitivity: 1 })).toBeGreaterThanOrEqual(score({}));
        expect(score({ access: 'write' })).toBeGreaterThanOrEqual(score({ access: 'read' }));
        expect(score({ access: 'admin' })).toBeGreaterThanOrEqual(score({ access: 'write' }));
      }),
    );
  });

  test('risk that cannot reach its own threshold: it can, and refusals alone make no write of an ordinary file high', () => {
    fc.assert(
      fc.property(inputs, given => {
        const score = (change: Partial<RiskInputs>) => scoreRisk({ ...given, ...change }, model);
        expect(score({ trust: 1, access: 'admin', violations: 5 }).band).toBe('high');
        expect(score({ trust: 2, access: 'write', sensitivity: 1, violations: 5 }).band).toBe('high');
        expect(score({ trust: 2, access: 'write', sensitivity: 0 }).band).not.toBe('high');
      }),
    );
  });

  test.each([
    [0, 'low'],
    [0.3, 'low'],
    [0.3001, 'medium'],
    [0.7, 'medium'],
    [0.7001, 'high'],
    [1, 'high'],
  ] as const)('%d is %s', (score, band) => {
    expect(bandOf(score, defaultThresholds)).toBe(band);
  });

  test('is high above the high threshold, wherever the low one was put', () => {
    expect(bandOf(0.25, { low: 0.3, high: 0.2 })).toBe('high');
  });

  test('has the weights of the settings, whose defaults are those that were chosen', () => {
    expect(riskModelOf(defaultSettings)).toEqual(model);
    expect(riskModelOf({ ...defaultSettings, 'risk.weights.trust': 0.9 })?.weights.trust).toBe(0.9);
    expect(riskModelOf({ ...defaultSettings, 'risk.enabled': false })).toBeUndefined();
  });
});

describe('what is sensitive', () => {
  test.each([
    ['.env', 1],
    ['config/prod.env', 1],
    ['certs/server.key', 1],
    ['.github/workflows/ci.yml', 0.5],
    ['infra/terraform/main.tf', 0.5],
    ['Dockerfile', 0.5],
    ['.interlock/guardrails.yaml', 0.5],
    ['src/index.ts', 0],
    ['docs/environment.md', 0],
  ])('%s: %d', (id, value) => {
    expect(sensitivityOf({ type: 'File', id })).toBe(value);
  });
});
