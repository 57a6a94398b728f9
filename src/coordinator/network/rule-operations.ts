import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { storeProjectId } from '../projects/projects.ts';
import { takeTurn } from '../projects/turn.ts';
import { patternOf } from './destination.ts';
import { columns, type NetworkRule, networkChanged, readRules } from './rules.ts';

const Verdict = z.enum(['allow', 'deny']);

const Rule = z.object({
  rule_id: z.uuid(),
  domain: z.string(),
  port: z.number().int().nullable(),
  verdict: Verdict,
  profile: z.string().nullable(),
  priority: z.number().int(),
  everywhere: z.boolean().describe('For every project of this store, not for this one alone.'),
  reason: z.string(),
  changed_at: z.string(),
  changed_by: z.string(),
});

const Input = z.object({
  rule_id: z.uuid().optional().describe('The rule to change; without it, a rule is added.'),
  domain: z.string().trim().min(1).max(255).describe('A host, `*.` and a host, or `*` for every host.'),
  port: z.number().int().min(1).max(65_535).optional().describe('Default: any.'),
  verdict: Verdict,
  profile: z.string().trim().min(1).max(100).optional().describe('Only agents with this profile.'),
  priority: z.number().int().min(1).max(1000).default(100).describe('1 is asked first.'),
  everywhere: z.boolean().default(false).describe('For every project of this store.'),
  reason: z.string().trim().min(1).max(500),
});

/** The rules in force in this project, in the order in which they are asked. */
export const listNetworkRules = operation({
  name: 'list_network_rules',
  title: 'List the network rules',
  description: 'Shows which hosts agents may reach, in the order in which the rules are asked.',
  access: 'read',
  callers: ['operator', 'system'],
  tool: false,
  input: z.object({ profile: z.string().min(1).max(100).optional() }),
  output: z.object({ rules: z.array(Rule) }),
  resource: () => ({ type: 'Policy', id: 'network' }),
  async run({ tx, project }, { profile }) {
    const rules = await readRules(tx, project.id);
    return { rules: rules.filter(rule => profile === undefined || rule.profile === profile).map(shown) };
  },
});

/** Adds a rule, or changes the one of that id. */
export const saveNetworkRule = operation({
  name: 'save_network_rule',
  title: 'Save a network rule',
  description:
    'Allows or forbids agents a host, or everything below a domain (`*.example.com`, which is not example.com itself).',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  idempotent: true,
  input: Input,
  output: z.object({ rule: Rule }),
  resource: ({ domain }) => ({ type: 'Policy', id: `network ${domain}` }),
  async run(context, input) {
    const { tx, emit, note } = context;
    const pattern = patternOf(input.domain);
    if (pattern === undefined) throw noPattern(input.domain);
    const wanted = { ...input, pattern };
    // The store's turn, since a rule may be for every project.
    await takeTurn(tx, storeProjectId);
    await refuseTwin(context, wanted);
    const [saved] = await (input.rule_id === undefined ? add(context, wanted) : change(context, wanted));
    if (!saved) throw notThere(input.rule_id ?? '');
    emit({ topic: networkChanged, subject: saved.id });
    note({ rule: shown(saved) });
    return { rule: shown(saved) };
  },
});

/** Takes a rule away. Those that come with Interlock too: they do not come back by themselves. */
export const deleteNetworkRule = operation({
  name: 'delete_network_rule',
  title: 'Delete a network rule',
  description: 'Takes a network rule away; from the next call on the other rules decide.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  destructive: true,
  input: z.object({ rule_id: z.uuid(), reason: z.string().trim().min(1).max(500) }),
  output: z.object({ rule: Rule }),
  resource: ({ rule_id }) => ({ type: 'Policy', id: rule_id }),
  async run({ tx, project, emit, note }, { rule_id, reason }) {
    const [deleted] = await tx.query(sql<NetworkRule>`
      delete from network_rules where id = ${rule_id} and (project_id = ${project.id} or project_id is null)
      returning ${columns}`);
    if (!deleted) throw notThere(rule_id);
    emit({ topic: networkChanged, subject: rule_id });
    note({ rule: shown(deleted), reason });
    return { rule: shown(deleted) };
  },
});

type Wanted = z.output<typeof Input> & { readonly pattern: string };

function add({ tx, project, caller }: OperationContext, wanted: Wanted): Promise<NetworkRule[]> {
  return tx.query(sql<NetworkRule>`
    insert into network_rules (id, project_id, profile, pattern, port, verdict, priority, reason, changed_by)
    values (
      ${uuid()}, ${wanted.everywhere ? null : project.id}, ${wanted.profile ?? null}, ${wanted.pattern},
      ${wanted.port ?? null}, ${wanted.verdict}, ${wanted.priority}, ${wanted.reason}, ${nameOf(caller)}
    ) returning ${columns}`);
}

function change({ tx, project, caller }: OperationContext, wanted: Wanted): Promise<NetworkRule[]> {
  return tx.query(sql<NetworkRule>`
    update network_rules set
      project_id = ${wanted.everywhere ? null : project.id}, profile = ${wanted.profile ?? null},
      pattern = ${wanted.pattern}, port = ${wanted.port ?? null}, verdict = ${wanted.verdict},
      priority = ${wanted.priority}, reason = ${wanted.reason}, changed_at = now(), changed_by = ${nameOf(caller)}
    where id = ${wanted.rule_id ?? null}::uuid and (project_id = ${project.id} or project_id is null)
    returning ${columns}`);
}

/** Two answers for one thing are a mistake, and which of them counts is nobody’s guess. */
async function refuseTwin({ tx, project }: OperationContext, wanted: Wanted): Promise<void> {
  const twin = await findTwin(tx, wanted.everywhere ? null : project.id, wanted);
  if (!twin || twin.id === wanted.rule_id) return;
  throw new InterlockError(
    'invalid_input',
    `domain: there is a rule about ${wanted.pattern} already, and it says ${twin.verdict}.`,
    { next: `Change it: send its rule_id ${twin.id}.`, params: { field: 'domain', rule_id: twin.id } },
  );
}

async function findTwin(
  tx: Queryable,
  projectId: string | null,
  { profile, pattern, port }: Wanted,
): Promise<NetworkRule | undefined> {
  const [twin] = await tx.query(sql<NetworkRule>`
    select ${columns} from network_rules
    where project_id is not distinct from ${projectId}::uuid and profile is not distinct from ${profile ?? null}
      and pattern = ${pattern} and port is not distinct from ${port ?? null}::int`);
  return twin;
}

function noPattern(domain: string): InterlockError {
  return new InterlockError(
    'invalid_input',
    `domain: ${JSON.stringify(domain.slice(0, 200))} is no host, no \`*.\` and a host, and not \`*\`.`,
    {
      next: 'A wildcard stands for everything before the first dot, and an address has none.',
      params: { field: 'domain' },
    },
  );
}

function notThere(rule_id: string): InterlockError {
  return new InterlockError(
    'network_rule_not_found',
    `No network rule has the id ${rule_id} in this project.`,
    {
      next: 'list_network_rules shows them. Nothing was changed.',
      params: { rule_id },
    },
  );
}

function shown({ id, project_id, pattern, changed_at, ...rule }: NetworkRule): z.output<typeof Rule> {
  return {
    rule_id: id,
    domain: pattern,
    port: rule.port,
    verdict: rule.verdict,
    profile: rule.profile,
    priority: rule.priority,
    everywhere: project_id === null,
    reason: rule.reason,
    changed_at: changed_at.toISOString(),
    changed_by: rule.changed_by,
  };
}
