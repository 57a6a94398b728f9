import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import type { ProjectFile } from './project-file.ts';
import { readProjectFile } from './project-file.ts';
import { projectRulesPath } from './project-rules-path.ts';
import { readRules, rulesChanged, type StoredRule, settingsOf } from './rule-store.ts';
import { builtinRules } from './rules/builtin.ts';
import { settled } from './verdict.ts';

const Severity = z.enum(['block', 'approval_required', 'warn', 'log']);

const MinTrust = z
  .number()
  .int()
  .describe('The least trust at which the effect is only logged; 5: nobody’s.');

const Rule = z.object({
  id: z.string(),
  category: z.string(),
  severity: Severity,
  min_trust: MinTrust,
  enabled: z.boolean(),
  why: z.string(),
  suggestion: z.string().nullable(),
  changed_at: z.string().nullable(),
  changed_by: z.string().nullable(),
  change_reason: z.string().nullable(),
});

const Line = z.number().int().describe('In the file, from 1.');

const OfProject = z
  .object({
    path: z.string().describe('Relative to the worktree.'),
    file: z
      .enum(['absent', 'good', 'bad'])
      .describe('Where it has mistakes, a person is asked about whatever changes something.'),
    problems: z.array(z.object({ line: Line, column: z.number().int(), message: z.string() })),
    rules: z.array(
      z.object({
        id: z.string(),
        severity: Severity,
        min_trust: MinTrust,
        looks_for: z.string(),
        why: z.string(),
        suggestion: z.string().nullable(),
        line: Line,
      }),
    ),
    changes: z
      .array(
        z.object({
          id: z.string(),
          enabled: z.boolean(),
          severity: Severity,
          min_trust: MinTrust,
          line: Line,
        }),
      )
      .describe('Built-in rules that the project changes, as they are in force here.'),
  })
  .describe('What the project’s own file says.');

/** Every guardrail rule with the settings that are in force in this store, and what the project adds. */
export const listGuardrails = operation({
  name: 'list_guardrails',
  title: 'List the guardrails',
  description:
    'Shows the rules by which commands and edits are judged, those of the project included: what each is about, how strict it is and why.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  feed: { uri: 'guardrails://patterns', title: 'Guardrail rules', topics: ['guardrails'] },
  input: z.object({ category: z.string().min(1).max(100).optional() }),
  output: z.object({ rules: z.array(Rule), project: OfProject }),
  resource: () => ({ type: 'Policy', id: 'guardrails' }),
  async run({ tx, worktree, project }, { category }) {
    const rules = await readRules(tx);
    const trusted = project.settings['guardrails.projectRules'] === 'trust';
    const file: ProjectFile =
      worktree === null ? { is: 'absent' } : await readProjectFile(worktree, { trusted });
    return {
      rules: rules.filter(rule => category === undefined || rule.category === category).map(shown),
      project: { path: projectRulesPath, file: file.is, ...contentsOf(file, rules) },
    };
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

function contentsOf(
  file: ProjectFile,
  stored: readonly StoredRule[],
): Omit<z.output<typeof OfProject>, 'path' | 'file'> {
  if (file.is !== 'good') {
    const problems = file.is === 'bad' ? file.problems.map(problem => ({ ...problem })) : [];
    return { problems, rules: [], changes: [] };
  }
  const { rules, settings } = file.rules;
  const context = { ruleSettings: settingsOf(stored), projectRules: file.rules };
  return {
    problems: [],
    rules: rules.map(({ id, severity, minTrust, looksFor, why, suggestion, line }) => {
      return {
        id,
        severity,
        min_trust: minTrust,
        looks_for: looksFor,
        why,
        suggestion: suggestion ?? null,
        line,
      };
    }),
    changes: builtinRules.flatMap(definition => {
      const line = settings.get(definition.id)?.line;
      if (line === undefined) return [];
      const inForce = settled(definition, context);
      const { id, severity, minTrust } = inForce ?? definition;
      return [{ id, enabled: inForce !== undefined, severity, min_trust: minTrust, line }];
    }),
  };
}
