import { describe, expect, test } from 'vitest';
import { builtinRules } from '../../../../src/coordinator/guardrails/rules/builtin.ts';
import { violation } from '../../../../src/coordinator/guardrails/verdict.ts';

/** What stays inside the repository, where a person who trusts an agent can live with a loss. */
const inside = [
  'git.discard-changes',
  'git.drop-commits',
  'git.clean',
  'git.drop-stash',
  'git.drop-worktree',
  'git.drop-reflog',
  'git.delete-branch',
  'git.rewrite-history',
  'files.delete-tree',
  'files.delete-file',
  'code.unreadable',
];

/** The design, Guardrails: trust of 3 and more is logged, except where the loss is outside, or about secrets or Interlock. */
describe('elevated trust', () => {
  test('passes exactly the rules whose loss stays inside the repository', () => {
    const passed = builtinRules.filter(rule => rule.minTrust <= 3).map(rule => rule.id);
    expect(passed.sort()).toEqual([...inside].sort());
  });

  test('passes none about credentials or Interlock itself', () => {
    const kept = builtinRules.filter(rule => /^(?:credentials|self_protection)$/.test(rule.category));
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.every(rule => rule.minTrust === 5)).toBe(true);
  });

  test.each(
    builtinRules.flatMap(rule =>
      (['block', 'approval_required'] as const).flatMap(severity =>
        ([2, 3, 4] as const).map(trust => ({ id: rule.id, rule, severity, trust })),
      ),
    ),
  )('$id that would be $severity at trust $trust', ({ rule, severity, trust }) => {
    const found = violation(
      rule,
      { effect: 'does something', severity },
      { by: 'x', guessed: false },
      { trust },
    );
    const logged = trust >= 3 && inside.includes(rule.id);
    expect(found).toMatchObject({ severity: logged ? 'log' : severity, blocked: !logged });
  });
});
