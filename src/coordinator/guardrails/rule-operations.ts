import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { readRules, rulesChanged, type StoredRule } from './rule-store.ts';

const Severity = z.enum(['block', 'approval_required', 'warn', 'log']);

const Rule = z.object({
  id: z.string(),
  category: z.string(),
  severity: Severity,
  min_trust: z.number().int().describe('The least trust at which the effect is only logged; 5: nobody’s.'),
  enabled: z.boolean(),
  why: z.string(),
  suggestion: z.string().nullable(),
  changed_at: z.string().nullable(),
  changed_by: z.string().nullable(),
  change_reason: z.string().nullable(),
});

/** Every guardrail rule with the settings that are in force in this store. */
export const listGuardrails = operation({
  name: 'list_guardrails',
  title: 'List the guardrails',
  description:
    'Shows the rules by which commands and edits are judged: what each is about, how strict it is and why.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  feed: { uri: 'guardrails://patterns', title: 'Guardrail rules', topics: ['guardrails'] },
  input: z.object({ category: z.string().min(1).max(100).optional() }),
  output: z.object({ rules: z.array(Rule) }),
  resource: () => ({ type: 'Policy', id: 'guardrails' }),
  async run({ tx }, { category }) {
    const rules = await readRules(tx);
    return { rules: rules.filter(rule => category === undefined || rule.category === category).map(shown) };
  },
});

/** Makes a rule stricter, looser, or switches it off, for everybody who works with this store. */
export const configureGuardrail = operation({
  name: 'configure_guardrail',
  title: 'Configure a guardrail',
  description:
    'Changes how strict a guardrail rule is, whose trust passes it, or whether it is on. For people; the reason goes on the record.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  input: z.object({
    rule: z.string().min(1).max(100),
    enabled: z.boolean().optional(),
    severity: Severity.optional(),
    min_trust: z.number().int().min(0).max(5).optional(),
    reason: z.string().trim().min(1).max(500),
  }),
  output: z.object({ rule: Rule }),
  resource: ({ rule }) => ({ type: 'Policy', id: rule }),
  async run({ tx, caller, emit, note }, { rule, enabled, severity, min_trust, reason }) {
    const [changed] = await tx.query(sql<StoredRule>`
      update guardrail_rules set
        enabled = coalesce(${enabled ?? null}::boolean, enabled),
        severity = coalesce(${severity ?? null}, severity),
        min_trust = coalesce(${min_trust ?? null}::int, min_trust),
        changed_at = now(), changed_by = ${nameOf(caller)}, change_reason = ${reason}
      where id = ${rule}
      returning id, category, severity, min_trust, enabled, why, suggestion, changed_at, changed_by, change_reason`);
    if (!changed) {
      throw new InterlockError('not_found', `There is no guardrail rule ${JSON.stringify(rule)}.`, {
        next: 'list_guardrails shows the rules with their ids.',
        params: { field: 'rule' },
      });
    }
    emit({ topic: rulesChanged, subject: rule });
    note({
      rule,
      enabled: enabled ?? null,
      severity: severity ?? null,
      min_trust: min_trust ?? null,
      reason,
    });
    return { rule: shown(changed) };
  },
});

function shown({ changed_at, ...rule }: StoredRule): z.output<typeof Rule> {
  return { ...rule, changed_at: changed_at?.toISOString() ?? null };
}
