import { z } from 'zod';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { builtinTexts, PolicyName, ShownVersion, shownVersion } from './shown.ts';
import { findPolicy, readPolicies, readVersions } from './store.ts';

/** Every policy of the project as it is now, and those that every project has. */
export const listPolicies = operation({
  name: 'list_policies',
  title: 'List the policies',
  description:
    'Shows the Cedar policies of this project, whether they are in force, and those that every project has.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  input: z.object({}),
  output: z.object({
    engine: z.enum(['native', 'cedar']),
    in_force: z
      .boolean()
      .describe('False where the engine is native: the policies of the project are kept and not asked.'),
    policies: z.array(ShownVersion),
    builtin: z.array(z.object({ name: z.string(), text: z.string() })),
  }),
  resource: () => ({ type: 'Policy', id: 'policies' }),
  async run({ tx, project }) {
    const policies = await readPolicies(tx, project.id);
    const engine = project.settings['policy.engine'];
    return {
      engine,
      in_force: engine === 'cedar',
      policies: policies.map(shownVersion),
      builtin: [...builtinTexts].map(([name, text]) => ({ name, text })),
    };
  },
});

/** One policy, as it is or as it was. */
export const getPolicy = operation({
  name: 'get_policy',
  title: 'Get a policy',
  description: 'Shows the text of one Cedar policy, as it is now or as it was in an earlier version.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  input: z.object({ name: PolicyName, version: z.number().int().min(1).optional() }),
  output: z.object({
    builtin: z.boolean(),
    name: z.string(),
    text: z.string(),
    policy: ShownVersion.nullable(),
  }),
  resource: ({ name }) => ({ type: 'Policy', id: name }),
  async run({ tx, project }, { name, version }) {
    const builtin = builtinTexts.get(name);
    if (builtin !== undefined) return { builtin: true, name, text: builtin, policy: null };
    const found = await findPolicy(tx, project.id, name, version);
    if (!found) throw noPolicy(name, version);
    return { builtin: false, name, text: found.text, policy: shownVersion(found) };
  },
});

/** The history: who made which version, when and why. */
export const listPolicyVersions = operation({
  name: 'list_policy_versions',
  title: 'List the versions of policies',
  description:
    'Shows the history of one policy or of all of them, newest first: who changed what, when and why.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  input: z.object({ name: PolicyName.optional(), limit: z.number().int().min(1).max(500).default(50) }),
  output: z.object({ versions: z.array(ShownVersion) }),
  resource: ({ name }) => ({ type: 'Policy', id: name ?? 'policies' }),
  async run({ tx, project }, { name, limit }) {
    return { versions: (await readVersions(tx, project.id, name, limit)).map(shownVersion) };
  },
});

export function noPolicy(name: string, version?: number): InterlockError {
  return new InterlockError(
    'policy_not_found',
    version === undefined
      ? `The project has no policy ${name}.`
      : `The policy ${name} has no version ${version}.`,
    {
      next: 'list_policies and list_policy_versions show what there is.',
      params: { name, version: version ?? null },
    },
  );
}
