import * as l10n from '@vscode/l10n';
import type { Factor, Section } from './page.ts';
import { facts } from './row.ts';
import { onOneLine } from './shown-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What the policies decided and from what, and the risk factor by factor, as far as the decision tells: it is read as it
 * was recorded, by whichever version decided.
 */
export function decisionSections(decision: unknown): readonly Section[] {
  if (!isFields(decision)) return [];
  const inputs = isFields(decision.inputs) ? decision.inputs : {};
  return [...riskSection(decision.risk ?? inputs.risk), policySection(decision, inputs)];
}

function policySection(decision: Fields, inputs: Fields): Section {
  const policies = textsIn(decision.determiningPolicies);
  return {
    id: 'policies',
    title: l10n.t('What the policies say'),
    blocks: [
      {
        kind: 'facts',
        facts: facts(
          [l10n.t('Decision'), wordOf(decision.decision)],
          [l10n.t('Because'), textIn(decision.reason)],
          [l10n.t('Deciding'), policies.join(', ')],
          [l10n.t('Engine'), textIn(decision.engine)],
          ...Object.entries(inputs)
            .filter(([name, value]) => name !== 'risk' && isPlain(value))
            .map(([name, value]) => [name.replaceAll('_', ' '), onOneLine(String(value))] as const),
        ),
      },
    ],
  };
}

function riskSection(risk: unknown): readonly Section[] {
  if (!isFields(risk) || typeof risk.score !== 'number') return [];
  const factors = Array.isArray(risk.factors) ? risk.factors.filter(isFields) : [];
  return [
    {
      id: 'risk',
      title: l10n.t('Risk {0} of 1', risk.score.toFixed(2)),
      blocks: [
        {
          kind: 'factors',
          label: l10n.t('What the risk is made of'),
          factors: factors.map(factorOf),
        },
      ],
    },
  ];
}

function factorOf(factor: Fields): Factor {
  const share = typeof factor.contribution === 'number' ? factor.contribution : 0;
  const why = textIn(factor.explanation) ?? textIn(factor.why);
  return {
    name: wordOf(factor.name ?? factor.factor) ?? '',
    share,
    value: share.toFixed(2),
    ...(why === undefined ? {} : { why }),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? onOneLine(value) : undefined;
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string').map(onOneLine) : [];
}

function wordOf(value: unknown): string | undefined {
  return textIn(value)?.replaceAll('_', ' ');
}
