import { z } from 'zod';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { takeTurn } from '../projects/turn.ts';
import { loadCedar } from './cedar.ts';
import { type Problem, problemsIn } from './cedar-text.ts';
import { noPolicy } from './read-policies.ts';
import {
  builtinTexts,
  PolicyName,
  PolicyText,
  Reason,
  ShownProblem,
  ShownVersion,
  shownVersion,
} from './shown.ts';
import { addVersion, findPolicy, type PolicyVersion, policyChanged } from './store.ts';

const FromVersion = z
  .number()
  .int()
  .min(0)
  .optional()
  .describe('The version that the change was made from; 0 for a new policy. Another one is refused.');

const Written = z.object({
  policy: ShownVersion,
  warnings: z.array(ShownProblem).describe('What is valid and doubtful: a policy that can never match.'),
  in_force: z
    .boolean()
    .describe('False where the project’s engine is native, or the policy is switched off.'),
});

/** Writes a policy: a new one, or a new version of one. */
export const savePolicy = operation({
  name: 'save_policy',
  title: 'Save a policy',
  description:
    'Writes a Cedar policy of this project. What the schema does not allow is refused with line and column. In force with the next call, on every machine.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  input: z.object({
    name: PolicyName,
    text: PolicyText,
    enabled: z.boolean().default(true),
    reason: Reason,
    version: FromVersion,
  }),
  output: Written,
  resource: ({ name }) => ({ type: 'Policy', id: name }),
  async run(context, { name, text, enabled, reason, version }) {
    const newest = await newestOf(context, name, version);
    const warnings = await check(text);
    const action = newest === undefined || newest.action === 'deleted' ? 'created' : 'updated';
    return write(context, newest, { name, text, enabled, reason, action, restored_version: null }, warnings);
  },
});

/** Takes a policy out of force. Its history stays, and a rollback brings it back. */
export const deletePolicy = operation({
  name: 'delete_policy',
  title: 'Delete a policy',
  description: 'Takes a policy out of force. Its versions stay, so that rollback_policy can bring it back.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  destructive: true,
  input: z.object({ name: PolicyName, reason: Reason, version: FromVersion }),
  output: Written,
  resource: ({ name }) => ({ type: 'Policy', id: name }),
  async run(context, { name, reason, version }) {
    const newest = await newestOf(context, name, version);
    if (!newest || newest.action === 'deleted') throw noPolicy(name);
    const { text } = newest;
    return write(
      context,
      newest,
      { name, text, enabled: false, reason, action: 'deleted', restored_version: null },
      [],
    );
  },
});

/** Makes the policy say again what it said in a version, the current one included; that is a version of its own. */
export const rollbackPolicy = operation({
  name: 'rollback_policy',
  title: 'Roll a policy back',
  description: 'Brings back what a policy said in one of its versions, as a new version that says so.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  input: z.object({
    name: PolicyName,
    to_version: z.number().int().min(1),
    reason: Reason,
    version: FromVersion,
  }),
  output: Written,
  resource: ({ name }) => ({ type: 'Policy', id: name }),
  async run(context, { name, to_version, reason, version }) {
    const newest = await newestOf(context, name, version);
    const target = newest && (await findPolicy(context.tx, context.project.id, name, to_version));
    if (!target) throw noPolicy(name, to_version);
    // What was valid then need not be now: an operation may be gone.
    const warnings = await check(target.text);
    const { text } = target;
    const enabled = target.action === 'deleted' ? true : target.enabled;
    return write(
      context,
      newest,
      { name, text, enabled, reason, action: 'rolled_back', restored_version: to_version },
      warnings,
    );
  },
});

/** Whoever writes policies does so one after the other. */
async function newestOf(
  { tx, project }: OperationContext,
  name: string,
  version: number | undefined,
): Promise<PolicyVersion | undefined> {
  if (builtinTexts.has(name)) {
    throw new InterlockError(
      'operation_not_permitted',
      `The policy ${name} is one that every project has, and stays.`,
      {
        next: 'Write a policy of your own beside it; settings change the thresholds of the risk.',
        params: { name },
      },
    );
  }
  await takeTurn(tx, project.id);
  const newest = await findPolicy(tx, project.id, name);
  const found = newest?.version ?? 0;
  if (version === undefined || version === found) return newest;
  throw new InterlockError(
    'version_conflict',
    `The policy ${name} is at version ${found}, and the change was made from version ${version}.`,
    {
      next: 'Read it again with get_policy and make the change to what is there now.',
      params: { version: found },
    },
  );
}

async function check(text: string): Promise<readonly Problem[]> {
  const problems = problemsIn(await loadCedar(), text);
  const [first, ...others] = problems.filter(({ severity }) => severity === 'error');
  if (!first) return problems;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw new InterlockError(
    'policy_invalid',
    `text: line ${first.line}, column ${first.column}: ${first.message}${more}.`,
    {
      next:
        first.help ??
        'cedar/schema.cedarschema says what a policy may speak of; validate_policy shows everything.',
      params: { problems: problems.slice(0, 50) },
    },
  );
}

async function write(
  { tx, project, caller, emit, note }: OperationContext,
  newest: PolicyVersion | undefined,
  wanted: Omit<PolicyVersion, 'version' | 'author' | 'made_at'>,
  warnings: readonly Problem[],
): Promise<z.input<typeof Written>> {
  const policy = await addVersion(tx, project.id, {
    ...wanted,
    version: (newest?.version ?? 0) + 1,
    author: nameOf(caller),
  });
  emit({ topic: policyChanged, subject: policy.name });
  const { name, version, action, restored_version, enabled, reason, text } = policy;
  note({
    policy: name,
    version,
    action,
    restored_version,
    enabled,
    reason,
    before: newest?.text ?? null,
    after: text,
  });
  return {
    policy: shownVersion(policy),
    warnings: [...warnings],
    in_force: enabled && action !== 'deleted' && project.settings['policy.engine'] === 'cedar',
  };
}
