import { beforeAll, describe, expect, test } from 'vitest';
import { type Cedar, loadCedar } from '../../src/coordinator/policy/cedar.ts';
import { cedarFiles } from '../../src/coordinator/policy/cedar-files.ts';
import { problemsIn } from '../../src/coordinator/policy/cedar-text.ts';

/** What we rely on in the engine's answers: an upgrade that changes one of these changes decisions. */
describe('the Cedar engine', () => {
  let cedar: Cedar;
  beforeAll(async () => {
    cedar = await loadCedar();
  });

  const decide = (policies: Record<string, string>, context = {}, action = 'a') => {
    expect(cedar.preparsePolicySet('contract', { staticPolicies: policies }).type).toBe('success');
    const answer = cedar.statefulIsAuthorized({
      principal: { type: 'Agent', id: '1' },
      action: { type: 'Action', id: action },
      resource: { type: 'File', id: 'x' },
      context,
      entities: [
        { uid: { type: 'Agent', id: '1' }, attrs: { trust: 2 }, parents: [{ type: 'AgentType', id: 't' }] },
        { uid: { type: 'Action', id: 'a' }, attrs: {}, parents: [{ type: 'Action', id: 'write' }] },
      ],
      preparsedPolicySetId: 'contract',
    });
    if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
    return answer.response;
  };
  const permit = 'permit (principal, action, resource);';
  const forbid = 'forbid (principal, action, resource);';

  test('denies what nothing permits, and names no policy for it', () => {
    expect(decide({})).toEqual({ decision: 'deny', diagnostics: { reason: [], errors: [] } });
  });

  test('lets a forbid win over every permit, and names the forbids alone', () => {
    const { decision, diagnostics } = decide({ yes: permit, no: forbid, never: forbid });
    expect([decision, [...diagnostics.reason].sort()]).toEqual(['deny', ['never', 'no']]);
  });

  test('skips a policy that fails, and says which', () => {
    const { decision, diagnostics } = decide({
      yes: permit,
      no: 'forbid (principal, action, resource) when { context.missing };',
    });
    expect(decision).toBe('allow');
    expect(diagnostics.errors).toMatchObject([{ policyId: 'no' }]);
  });

  test('knows groups of actions and types of agents by the parents that come along', () => {
    expect(
      decide({ yes: 'permit (principal in AgentType::"t", action in Action::"write", resource);' }).decision,
    ).toBe('allow');
    expect(
      decide({ yes: 'permit (principal, action in Action::"write", resource);' }, {}, 'b').decision,
    ).toBe('deny');
  });

  test('compares wildcards, decimals and moments', () => {
    const text = `permit (principal, action, resource) when {
      context.path like "infra/*.tf" && context.risk.greaterThan(decimal("0.7")) && context.now > datetime("2026-01-01") };`;
    const context = {
      path: 'infra/a/main.tf',
      risk: { __extn: { fn: 'decimal', arg: '0.7001' } },
      now: { __extn: { fn: 'datetime', arg: '2026-11-21T05:00:00.123Z' } },
    };
    expect(decide({ yes: text }, context).decision).toBe('allow');
    expect(
      decide({ yes: text }, { ...context, risk: { __extn: { fn: 'decimal', arg: '0.7' } } }).decision,
    ).toBe('deny');
  });

  test('takes a set anew under a name that it knows', () => {
    expect(decide({ yes: permit }).decision).toBe('allow');
    expect(decide({ no: forbid }).decision).toBe('deny');
  });

  test('counts places in bytes of UTF-8, which become lines and columns', () => {
    const [problem] = problemsIn(
      cedar,
      '// ääää\npermit (principal, action, resource) when { principal.trst > 1 };',
    );
    expect(problem).toMatchObject({
      severity: 'error',
      line: 2,
      column: 45,
      end_line: 2,
      help: 'did you mean `trust`?',
    });
  });

  test('finds nothing wrong with the schema and the default policies', () => {
    expect(cedar.checkParseSchema(cedarFiles.schema)).toEqual({ type: 'success' });
    expect(problemsIn(cedar, cedarFiles.defaults)).toEqual([]);
  });
});
