import type { Effect, EffectKind, EffectOf } from '../effects.ts';
import type { Category, GuardContext, Severity } from '../judgement.ts';

/** What a rule says about one effect; undefined where it has nothing against it. */
export interface Finding {
  /** What would happen, in plain words. */
  readonly effect: string;
  /** Where this effect is worse or better than the rule's own severity. */
  readonly severity?: Severity;
  /** Where there is a better one than the rule's own. */
  readonly suggestion?: string;
  readonly why?: string;
}

type Answer = Finding | undefined;

/** One rule, for any kind of effect. */
export interface RuleDefinition {
  /** Stable: people switch rules off, and records refer to them, by it. */
  readonly id: string;
  readonly category: Category;
  readonly severity: Severity;
  /**
   * The least trust at which the effect is only logged; 5 where no trust passes, which is right for credentials,
   * Interlock's own protection, and what cannot be undone outside the repository. A rule that blocks blocks at every trust:
   * it is kept for the end of a disk, a home or the machine, where a person who is asked too often says yes by habit, and who
   * means it has a terminal.
   */
  readonly minTrust: 3 | 4 | 5;
  readonly why: string;
  readonly suggestion?: string;
  readonly kind: EffectKind;
  readonly judge: (effect: Effect, context: GuardContext) => Answer | Promise<Answer>;
}

interface Declaration<K extends EffectKind> extends Omit<RuleDefinition, 'judge'> {
  readonly kind: K;
  readonly judge: (effect: EffectOf<K>, context: GuardContext) => Answer | Promise<Answer>;
}

/** Declares a rule; its judge only ever sees the kind of effect it is for. */
export function rule<K extends EffectKind>(declaration: Declaration<K>): RuleDefinition {
  const { judge, kind } = declaration;
  const isOurs = (effect: Effect): effect is EffectOf<K> => effect.kind === kind;
  return {
    ...declaration,
    judge: (effect, context) => (isOurs(effect) ? judge(effect, context) : undefined),
  };
}
