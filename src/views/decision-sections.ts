import * as l10n from '@vscode/l10n';
import type { Factor, Section } from './page.ts';
import { facts } from './row.ts';
import { onOneLine } from './shown-text.ts';
import { trustWord } from './trust-word.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What the policies decided and from what, and the risk factor by factor, as far as the decision tells: it is read as it
 * was recorded, by whichever version decided.
 */
export function decisionSections(decision: unknown): readonly Section[] {
  if (!isFields(decision)) return [];
  const inputs = isFields(decision.inputs) ? decision.inputs : {};
  return [...riskSection(inputs), policySection(decision, inputs)];
}

function policySection(decision: Fields, inputs: Fields): Section {
  return {
    id: 'policies',
    title: l10n.t('What the policies say'),
    blocks: [
      {
        kind: 'facts',
        facts: facts(
          [l10n.t('Decision'), wordOf(decision.decision)],
          [l10n.t('Because'), textIn(decision.reason)],
          [l10n.t('Deciding'), textsIn(decision.determiningPolicies).join(', ')],
          [l10n.t('Engine'), textIn(decision.engine)],
          [l10n.t('Profile'), textIn(inputs.profile)],
          [l10n.t('Trust'), typeof inputs.trust === 'number' && trustWord(inputs.trust)],
          [l10n.t('Access'), textIn(inputs.access)],
          [l10n.t('Branch'), textIn(inputs.branch)],
          [l10n.t('Granted'), textsIn(inputs.grants).join(', ')],
          [l10n.t('Used up'), wordOf(inputs.used_up)],
        ),
      },
    ],
  };
}

/** Of a low risk only what adds to it is recorded, and of one that was not scored nothing. */
function riskSection({ risk_score, risk_band, risk_factors }: Fields): readonly Section[] {
  if (typeof risk_score !== 'number') return [];
  const factors = Array.isArray(risk_factors) ? risk_factors.filter(isFields).map(factorOf) : [];
  return [
    {
      id: 'risk',
      title: l10n.t('Risk {0} of 1: {1}', risk_score.toFixed(2), bandWord(risk_band)),
      blocks: [
        factors.length > 0
          ? { kind: 'factors', label: l10n.t('What the risk is made of'), factors }
          : { kind: 'text', text: l10n.t('Nothing adds to it.') },
      ],
    },
  ];
}

function bandWord(band: unknown): string {
  switch (band) {
    case 'low':
      return l10n.t('low');
    case 'medium':
      return l10n.t('medium');
    case 'high':
      return l10n.t('high');
    default:
      return '';
  }
}

function factorOf({ name, adds, why }: Fields): Factor {
  const share = typeof adds === 'number' ? adds : 0;
  const words = textIn(why);
  return {
    name: factorWord(name),
    share,
    value: `+${share.toFixed(2)}`,
    ...(words === undefined ? {} : { why: words }),
  };
}

function factorWord(name: unknown): string {
  switch (name) {
    case 'trust':
      return l10n.t('Trust');
    case 'operation':
      return l10n.t('Kind of operation');
    case 'resource':
      return l10n.t('What it is about');
    case 'violations':
      return l10n.t('Refusals lately');
    case 'sessionAge':
      return l10n.t('Age of the session');
    case 'unusualHours':
      return l10n.t('Hour of the day');
    default:
      return wordOf(name) ?? '';
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
