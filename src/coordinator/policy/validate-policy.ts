import { z } from 'zod';
import { operation } from '../kernel/operation.ts';
import { loadCedar } from './cedar.ts';
import { problemsIn } from './cedar-text.ts';
import { PolicyText, ShownProblem } from './shown.ts';

/** Says what is wrong with a text of policies, and where, before anybody saves it. */
export const validatePolicy = operation({
  name: 'validate_policy',
  title: 'Validate a policy',
  description:
    'Checks the text of Cedar policies against the schema: errors with line and column, and warnings such as a policy that can never match. Nothing is saved.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  idempotent: true,
  input: z.object({ text: PolicyText }),
  output: z.object({ valid: z.boolean(), problems: z.array(ShownProblem) }),
  resource: () => ({ type: 'Policy', id: 'draft' }),
  async run(_, { text }) {
    const problems = problemsIn(await loadCedar(), text);
    return { valid: problems.every(({ severity }) => severity === 'warning'), problems: [...problems] };
  },
});
