import { describe, expect, test } from 'vitest';
import { asksOf, rulesOf } from '../../../../src/coordinator/approvals/asks.ts';
import type { Decision } from '../../../../src/coordinator/kernel/decision.ts';
import type { Finding } from '../../../../src/coordinator/kernel/intent.ts';

const finding = (answer: Finding['answer'], rule: string): Finding => ({
  answer,
  rule,
  category: 'git',
  effect: 'it rewrites history',
});

const decision = (
  answer: Decision['decision'],
  determiningPolicies: readonly string[] = ['night'],
): Decision => ({
  decision: answer,
  reason: 'nobody is there at night',
  determiningPolicies,
  engine: 'native',
  inputs: {},
});

describe('what asks for a person', () => {
  test('is every finding that asks, and no finding that only notes', () => {
    const asks = asksOf({
      decision: decision('allow'),
      findings: [finding('note', 'git.reset'), finding('ask', 'git.force-push')],
    });
    expect(asks).toEqual([
      {
        rule: 'git.force-push',
        category: 'git',
        effect: 'it rewrites history',
        why: null,
        suggestion: null,
        matched_text: null,
      },
    ]);
  });

  test('is every policy behind a decision that needs approval', () => {
    const asks = asksOf({ decision: decision('approval_required', ['night', 'risk']), findings: [] });
    expect(asks).toMatchObject([
      { rule: 'policy.night', category: 'policy', effect: 'nobody is there at night' },
      { rule: 'policy.risk' },
    ]);
  });

  test('is never nothing where a decision needs approval, even if no policy is named', () => {
    expect(asksOf({ decision: decision('approval_required', []), findings: [] })).toHaveLength(1);
  });

  test('is nothing where nobody asks', () => {
    expect(asksOf({ decision: decision('allow'), findings: [] })).toEqual([]);
    expect(asksOf({ decision: undefined, findings: [] })).toEqual([]);
  });

  test('is named by its rules, each once, in the same order however they were found', () => {
    const rules = (...names: string[]) =>
      rulesOf(asksOf({ decision: undefined, findings: names.map(name => finding('ask', name)) }));
    expect(rules('b', 'a', 'b')).toEqual(['a', 'b']);
    expect(rules('b', 'a', 'b')).toEqual(rules('a', 'b'));
  });

  test('holds only text that a database takes, cut to a length', () => {
    const [ask] = asksOf({
      decision: undefined,
      findings: [{ ...finding('ask', 'a'), matchedText: `\u0000\ud800${'x'.repeat(1_000)}` }],
    });
    expect(ask?.matched_text).toMatch(/^\uFFFD\uFFFDx+…$/);
    expect(ask?.matched_text).toHaveLength(200);
  });
});
