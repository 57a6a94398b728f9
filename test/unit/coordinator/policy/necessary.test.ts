import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Cedar, loadCedar } from '../../../../src/coordinator/policy/cedar.ts';
import { policiesIn } from '../../../../src/coordinator/policy/cedar-text.ts';
import { necessaryFor } from '../../../../src/coordinator/policy/necessary.ts';

let cedar: Cedar;
beforeAll(async () => {
  cedar = await loadCedar();
});

const necessaryOf = (when: string) => {
  const [policy] = policiesIn(cedar, `forbid (principal, action, resource) when { ${when} };`);
  if (!policy) throw new Error(`no policy: ${when}`);
  return { policy, necessary: necessaryFor(policy.json) };
};

/** What Cedar itself says. */
const applies = (text: string, path: string): boolean => {
  const answer = cedar.isAuthorized({
    principal: { type: 'Agent', id: '1' },
    action: { type: 'Action', id: 'a' },
    resource: { type: 'File', id: path },
    context: { yes: true },
    entities: [{ uid: { type: 'File', id: path }, attrs: { path }, parents: [] }],
    policies: { staticPolicies: { p: text } },
  });
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
  return answer.response.diagnostics.reason.includes('p');
};

const pieces = fc.array(fc.constantFrom('a', 'b', 'ab', '/', '*', '*', '\\*', 'é'), { maxLength: 6 });
const patterns = pieces.map(list => list.join(''));
const paths = fc.array(fc.constantFrom('a', 'b', '/', '*', 'é'), { maxLength: 8 }).map(list => list.join(''));
const expressions: fc.Arbitrary<string> = fc.letrec<{ any: string }>(tie => ({
  any: fc.oneof(
    { depthSize: 'small' },
    patterns.map(pattern => `resource.path like "${pattern}"`),
    paths.map(path => `resource.path == "${path}"`),
    fc.constantFrom('context.yes', '!context.yes', 'resource.path != "a"'),
    fc
      .tuple(tie('any'), fc.constantFrom('&&', '||'), tie('any'))
      .map(([a, join, b]) => `(${a} ${join} ${b})`),
    tie('any').map(inner => `!(${inner})`),
  ),
})).any;

describe('what a policy asks of a path', () => {
  test('is never called impossible where Cedar says that the policy applies', () => {
    fc.assert(
      fc.property(expressions, paths, (when, path) => {
        const { policy, necessary } = necessaryOf(when);
        if (necessary && !necessary(path)) expect(applies(policy.text, path)).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  }, 60_000);

  test('alone is exactly what Cedar’s wildcards say', () => {
    fc.assert(
      fc.property(patterns, paths, (pattern, path) => {
        const { policy, necessary } = necessaryOf(`resource.path like "${pattern}"`);
        expect(necessary?.(path)).toBe(applies(policy.text, path));
      }),
      { numRuns: 3_000 },
    );
  }, 60_000);

  test.each([
    ['context.yes', undefined],
    ['!(resource.path like "a*")', undefined],
    ['resource.path like "a*" || context.yes', undefined],
    ['resource.path like "a*" && context.yes', true],
  ])('of %s something can be said: %s', (when, said) => {
    expect(necessaryOf(when).necessary?.('ab')).toBe(said);
  });
});
