import fc from 'fast-check';
import type { Place } from '../src/coordinator/kernel/caller.ts';
import type { Operation, Resource } from '../src/coordinator/kernel/operation.ts';
import { defaultSettings } from '../src/coordinator/kernel/settings.ts';
import { accesses, actionOf, networkAction } from '../src/coordinator/policy/actions.ts';
import { validInput } from '../test/support/arbitrary-input.ts';

/** Entities that calls are about, in the order of the schema. Files are known by their path, all others by their name. */
const resourceTypes: readonly Resource['type'][] = [
  'File',
  'Domain',
  'Task',
  'Policy',
  'Tool',
  'Session',
  'Approval',
  'Grant',
  'Memory',
  'Project',
];

/** The Cedar schema: one action for each operation that agents may call, in the groups read, write and admin. */
export function cedarSchema(operations: readonly Operation[], command: string): string {
  const forAgents = operations.filter(({ callers }) => callers?.includes('agent') ?? true);
  return [
    `// Made from the operations by \`${command}\`. What each policy may say, and of what.`,
    '',
    'entity AgentType;',
    '',
    '/// A person, as far as policies speak of one: whom an agent acts for.',
    'entity User;',
    '',
    'entity Agent in [AgentType] = {',
    '  name: String,',
    '  /// 0 suspended, 1 reads, 2 writes, 3 elevated, 4 admin.',
    '  trust: Long,',
    '  profile: String,',
    '  delegated_by?: User,',
    '  /// Operations that the session has leave to call.',
    '  session_grants: Set<String>,',
    '};',
    '',
    '/// A pattern is a path with wildcards, which stands for every file that it fits.',
    'entity File = { path: String, is_pattern: Bool };',
    ...resourceTypes.slice(1).map(type => `entity ${type} = { name: String };`),
    '',
    'type Call = {',
    '  access: String,',
    '  /// From 0.0 to 1.0; 0.0 where risk is not scored.',
    '  risk_score: decimal,',
    '  /// "low", "medium" or "high", by the thresholds of the project.',
    '  risk_band: String,',
    '  /// Where the project refuses a high risk instead of asking a person.',
    '  risk_refuses: Bool,',
    '  now: datetime,',
    '  /// Hour of the day where the coordinator runs, 0 to 23.',
    '  hour: Long,',
    '  branch?: String,',
    '  /// The phase of a workflow that is active.',
    '  phase?: String,',
    '  /// The call is about the caller’s own session or request.',
    '  own_affair: Bool,',
    '  /// What the agent’s profile says of the operation, and what the session has leave for.',
    '  blocked: Bool,',
    '  listed: Bool,',
    '  elevated: Bool,',
    '  granted: Bool,',
    '  /// The limit of the profile that is used up.',
    '  used_up?: String,',
    '};',
    '',
    ...accesses.map(access => `action "${access}";`),
    '',
    ...forAgents.flatMap(actionsOf),
    '',
    '/// Reaching a host by whatever command: asked beside the network rules.',
    `action "${networkAction}" appliesTo { principal: [Agent], resource: [Domain], context: Call };`,
    '',
  ].join('\n');
}

function actionsOf(operation: Operation): string[] {
  const types = typesOf(operation);
  const declare = (id: string, parents: readonly string[]) =>
    `action "${id}" in [${parents.map(parent => `"${parent}"`).join(', ')}] appliesTo { principal: [Agent], resource: [${types.join(', ')}], context: Call };`;
  if (typeof operation.access === 'string') {
    const { id, parents } = actionOf(operation, operation.access);
    return [declare(id, parents)];
  }
  return [
    `action "${operation.name}";`,
    ...accesses.map(access => {
      const { id, parents } = actionOf(operation, access);
      return declare(id, parents);
    }),
  ];
}

const place: Place = {
  project: { id: '00000000-0000-7000-8000-000000000000', name: 'sample', settings: defaultSettings },
  worktree: '/repository',
  foldsCase: false,
  branch: 'main',
};

/** What samples of its input say that it is about, always the same ones, and what the operation says beside. */
function typesOf(operation: Operation): readonly Resource['type'][] {
  const inputs = fc.sample(validInput(operation), { numRuns: 200, seed: 4 });
  const seen = new Set<Resource['type']>(operation.about ?? []);
  for (const sample of inputs) {
    const parsed = operation.input.safeParse(sample);
    if (!parsed.success) continue;
    for (const { type } of resourcesOf(operation, parsed.data)) seen.add(type);
  }
  if (seen.size === 0) throw new Error(`no sample says what ${operation.name} is about: declare it`);
  return resourceTypes.filter(type => seen.has(type));
}

/** A sample that no path or call can be read from is about nothing. */
function resourcesOf(operation: Operation, input: Record<string, unknown>): readonly Resource[] {
  try {
    return operation.resources?.(input, place) ?? [operation.resource(input, place)];
  } catch {
    return [];
  }
}
