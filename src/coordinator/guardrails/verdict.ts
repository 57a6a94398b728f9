import type { Effect } from './effects.ts';
import type { GuardContext, Judgement, RuleSetting, Severity, Verdict, Violation } from './judgement.ts';
import { redact } from './redact.ts';
import type { Finding, RuleDefinition } from './rules/rule.ts';
import type { Command } from './shell/standing.ts';
import { stepsOf } from './steps.ts';

export const maximumMatchedText = 200;

const order: readonly Severity[] = ['block', 'approval_required', 'warn', 'log'];

/** Whether the first is at least as strict as the second. */
export function isAsStrict(one: Severity, other: Severity): boolean {
  return order.indexOf(one) <= order.indexOf(other);
}

/**
 * One violation an effect: the strictest that any rule finds, of equals the first. The rules are those of the build, with
 * what the database and the project changed about them.
 */
export async function judgeEffects(
  effects: readonly Effect[],
  rules: readonly RuleDefinition[],
  context: GuardContext,
): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const effect of effects) {
    const found: Violation[] = [];
    for (const definition of rules) {
      if (definition.kind !== effect.kind) continue;
      const rule = settled(definition, context);
      const finding = rule && (await rule.judge(effect, context));
      if (rule !== undefined && finding !== undefined) found.push(violation(rule, finding, effect, context));
    }
    violations.push(...strictestFirst(found).slice(0, 1));
  }
  return violations;
}

type Settled = Omit<RuleDefinition, 'minTrust'> & { readonly minTrust: number };

/** A rule as it is in force; undefined where it is switched off. */
export function settled(
  definition: RuleDefinition,
  { ruleSettings, projectRules }: Pick<GuardContext, 'ruleSettings' | 'projectRules'>,
): Settled | undefined {
  const ofStore = ruleSettings?.get(definition.id);
  const ofProject = projectRules?.settings.get(definition.id);
  if (ofStore?.enabled === false || ofProject?.enabled === false) return undefined;
  const rule: Settled = ofStore ? applied(definition, ofStore) : definition;
  if (!ofProject) return rule;
  const wanted = applied(rule, ofProject);
  if (projectRules?.mayLoosen) return wanted;
  // What people have set for the store may be stricter than the rule is by itself.
  return {
    ...rule,
    severity: isAsStrict(wanted.severity, rule.severity) ? wanted.severity : rule.severity,
    minTrust: Math.max(wanted.minTrust, rule.minTrust),
  };
}

function applied(rule: Settled, { severity, minTrust }: RuleSetting): Settled {
  return {
    ...rule,
    ...(severity === undefined ? {} : { severity }),
    ...(minTrust === undefined ? {} : { minTrust }),
  };
}

/** What a finding about an effect means at the trust of the agent that acts. */
export function violation(
  rule: Pick<Settled, 'id' | 'category' | 'severity' | 'minTrust' | 'why'> & {
    readonly suggestion?: string | undefined;
  },
  finding: Finding,
  effect: Pick<Effect, 'by' | 'guessed'>,
  context: GuardContext,
): Violation {
  let severity: Severity = finding.severity ?? rule.severity;
  if (effect.guessed && severity === 'block') severity = 'approval_required';
  if (context.trust >= rule.minTrust && isStopping(severity)) severity = 'log';
  const suggestion = finding.suggestion ?? rule.suggestion;
  return {
    rule: rule.id,
    category: rule.category,
    severity,
    matched_text: redact(effect.by).slice(0, maximumMatchedText),
    effect: redact(finding.effect),
    why: finding.why ?? rule.why,
    ...(suggestion === undefined ? {} : { suggestion }),
    blocked: isStopping(severity),
  };
}

function isStopping(severity: Severity): boolean {
  return severity === 'block' || severity === 'approval_required';
}

function strictestFirst(violations: readonly Violation[]): Violation[] {
  return [...violations].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

export function conclude(
  violations: readonly Violation[],
  effects: readonly Effect[],
  parsed: boolean,
  commands: readonly Command[] = [],
): Judgement {
  const sorted = strictestFirst(violations);
  const strictest = sorted[0]?.severity;
  const verdict: Verdict =
    strictest === 'block' ? 'block' : strictest === 'approval_required' ? 'ask' : 'allow';
  return {
    verdict,
    safe: verdict === 'allow',
    violations: sorted,
    parsed,
    effects,
    steps: stepsOf(commands, effects),
  };
}
