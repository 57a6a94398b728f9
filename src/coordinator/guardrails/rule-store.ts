import type { Database, Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { EventBus } from '../kernel/events.ts';
import type { RuleSetting, Severity } from './judgement.ts';
import { builtinRules } from './rules/builtin.ts';

/** Told when a rule was changed, on any machine. */
export const rulesChanged = 'guardrails.changed';

/** A rule as the store holds it. */
export interface StoredRule {
  readonly id: string;
  readonly category: string;
  readonly severity: Severity;
  readonly min_trust: number;
  readonly enabled: boolean;
  readonly why: string;
  readonly suggestion: string | null;
  readonly changed_at: Date | null;
  readonly changed_by: string | null;
  readonly change_reason: string | null;
}

/** The settings of the rules, as the guard needs them with every judgement. */
export interface RuleStore {
  /** Where the database cannot be read, the built-in settings: they are the same set and no looser. */
  settings(db: Queryable): Promise<ReadonlyMap<string, RuleSetting>>;
}

/** Adds the rules that this version knows and the store does not, and keeps what people have changed. */
export async function seedRules(database: Database): Promise<void> {
  const rows = builtinRules.map(({ id, category, severity, minTrust, why, suggestion }) => ({
    id,
    category,
    severity,
    min_trust: minTrust,
    why,
    suggestion: suggestion ?? null,
  }));
  await database.query(sql`
    insert into guardrail_rules (id, category, severity, min_trust, why, suggestion)
    select id, category, severity, min_trust, why, suggestion
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as rule (id text, category text, severity text, min_trust int, why text, suggestion text)
    on conflict (id) do update set
      category = excluded.category, why = excluded.why, suggestion = excluded.suggestion,
      severity = case when guardrail_rules.changed_at is null then excluded.severity else guardrail_rules.severity end,
      min_trust = case when guardrail_rules.changed_at is null then excluded.min_trust else guardrail_rules.min_trust end
    where (guardrail_rules.category, guardrail_rules.why, coalesce(guardrail_rules.suggestion, ''))
        is distinct from (excluded.category, excluded.why, coalesce(excluded.suggestion, ''))
      or (guardrail_rules.changed_at is null
        and (guardrail_rules.severity, guardrail_rules.min_trust) is distinct from (excluded.severity, excluded.min_trust))`);
}

export function readRules(db: Queryable): Promise<StoredRule[]> {
  return db.query(sql<StoredRule>`
    select id, category, severity, min_trust, enabled, why, suggestion, changed_at, changed_by, change_reason
    from guardrail_rules order by category, id`);
}

/** @param onError hears why the built-in settings are in force */
export function createRuleStore(bus: EventBus, onError: (error: unknown) => void): RuleStore {
  let known: ReadonlyMap<string, RuleSetting> | undefined;
  let changes = 0;
  bus.subscribe(({ topic }) => {
    if (topic !== rulesChanged && topic !== 'events.gap') return;
    known = undefined;
    changes += 1;
  });

  return {
    // Nobody waits for what another one reads: that one may stand in line behind the transaction that would wait here.
    async settings(db) {
      if (known) return known;
      const before = changes;
      try {
        const read = settingsOf(await readRules(db));
        if (changes === before) known = read;
        return read;
      } catch (error) {
        onError(error);
        return new Map();
      }
    },
  };
}

/** The settings that rows of the store are. */
export function settingsOf(rows: readonly StoredRule[]): ReadonlyMap<string, RuleSetting> {
  return new Map(
    rows.map(({ id, enabled, severity, min_trust }) => [id, { enabled, severity, minTrust: min_trust }]),
  );
}
