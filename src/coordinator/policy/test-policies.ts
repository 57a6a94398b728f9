import { z } from 'zod';
import { operation } from '../kernel/operation.ts';
import { PolicyCase, runCase } from './cases.ts';
import { loadCedar } from './cedar.ts';
import { problemsIn } from './cedar-text.ts';
import { type NamedText, policySetOf } from './policy-set.ts';
import { PolicyName, PolicyText, ShownProblem } from './shown.ts';
import { readTexts } from './store.ts';

const Decision = z.enum(['allow', 'deny', 'approval_required']);

/** Asks policies about cases, each with the decision that it should come to. Nothing is saved. */
export const testPolicies = operation({
  name: 'test_policies',
  title: 'Test policies',
  description:
    'Asks Cedar policies about requests and compares the decisions with what they should be. Without policies, those of the project are asked. Nothing is saved.',
  access: 'read',
  callers: ['operator', 'local', 'system'],
  tool: false,
  idempotent: true,
  input: z.object({
    policies: z
      .array(z.object({ name: PolicyName, text: PolicyText }))
      .max(1_000)
      .optional()
      .describe('Instead of those of the project. The built-in ones are always there.'),
    cases: z.array(PolicyCase).min(1).max(1_000),
  }),
  output: z.object({
    valid: z.boolean(),
    problems: z.array(z.object({ policy: z.string(), ...ShownProblem.shape })),
    passed: z.number().int(),
    failed: z.number().int(),
    results: z.array(
      z.object({
        name: z.string(),
        passed: z.boolean(),
        expected: Decision,
        decision: z.enum([...Decision.options, 'unknown_operation']),
        reason: z.string(),
        policies: z.array(z.string()),
      }),
    ),
  }),
  resource: () => ({ type: 'Policy', id: 'policies' }),
  async run({ tx, project, operations }, { policies, cases }) {
    const cedar = await loadCedar();
    const texts: readonly NamedText[] = policies ?? (await readTexts(tx, project.id));
    const problems = texts.flatMap(({ name, text }) =>
      problemsIn(cedar, text).map(problem => ({ policy: name, ...problem })),
    );
    if (problems.some(({ severity }) => severity === 'error')) {
      return { valid: false, problems, passed: 0, failed: 0, results: [] };
    }
    const set = policySetOf(cedar, texts);
    const results = cases.map(one => runCase(set, operations, one));
    const passed = results.filter(result => result.passed).length;
    return {
      valid: true,
      problems,
      passed,
      failed: results.length - passed,
      results: results.map(result => ({ ...result, policies: [...result.policies] })),
    };
  },
});
