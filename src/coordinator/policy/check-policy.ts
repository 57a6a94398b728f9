import { z } from 'zod';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { invalidInput } from '../kernel/validate.ts';

/** Tells an agent beforehand whether it may make a call, and why. Asking counts against no limit and files no request. */
export const checkPolicy = operation({
  name: 'check_policy',
  title: 'Check a policy decision',
  description:
    'Says whether you may make a call before you make it: allow, deny or approval_required, which policies decide it, and why. Send the operation and the input you would send it.',
  access: 'read',
  callers: ['agent'],
  idempotent: true,
  input: z.object({
    operation: z.string().trim().min(1).max(100).describe('The name of the operation: acquire_lock, …'),
    input: z
      .record(z.string().max(100), z.json())
      .default({})
      .describe('What you would send it: {"file_path": "src/a.ts"}.'),
  }),
  output: z.object({
    operation: z.string(),
    decision: z.enum(['allow', 'deny', 'approval_required']),
    reason: z.string(),
    policies: z.array(z.string()).describe('The policies that decide it; get_policy shows them.'),
    engine: z.string(),
    inputs: z.record(z.string(), z.unknown()).describe('What the decision was made from.'),
  }),
  resource: ({ operation }) => ({ type: 'Policy', id: operation }),
  async run({ operations, judge }, { operation: name, input }) {
    const asked = operations.get(name);
    if (!asked) throw unknownOperation(name);
    const parsed = asked.input.strict().safeParse(input);
    if (!parsed.success) throw invalidInput(name, parsed.error, input, Object.keys(asked.input.shape));
    if (asked.callers?.includes('agent') === false) {
      return {
        operation: name,
        decision: 'deny' as const,
        reason: `${name} is for people and the coordinator itself`,
        policies: ['callers'],
        engine: 'builtin',
        inputs: {},
      };
    }
    const { decision, reason, determiningPolicies, engine, inputs } = await judge(asked, parsed.data);
    return {
      operation: name,
      decision,
      reason,
      policies: [...determiningPolicies],
      engine,
      inputs: { ...inputs },
    };
  },
});

function unknownOperation(name: string): InterlockError {
  return new InterlockError('unknown_operation', `operation: there is none named ${JSON.stringify(name)}.`, {
    next: 'Send the name of a tool: acquire_lock, submit_work, …',
    params: { field: 'operation' },
  });
}
