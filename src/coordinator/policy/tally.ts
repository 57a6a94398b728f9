import type { Queryable } from '../database/port.ts';
import type { Refusal, Step } from '../kernel/corridor.ts';
import type { ErrorCode } from '../kernel/errors.ts';
import type { Passage } from '../kernel/passage.ts';
import type { Spender, UsageBook } from '../profiles/usage.ts';

/** Refusals that say that the agent tried what it may not do. Others say that something was in the way. */
const violationCodes: readonly ErrorCode[] = [
  'operation_not_permitted',
  'insufficient_trust_level',
  'policy_denied',
  'risk_score_exceeded',
  'destructive_operation_blocked',
];

type RefusalRecorder = (passage: Passage, refusal: Refusal) => Promise<void>;

/** Tells the usage book what calls cost and which of them were violations. */
export interface Tally {
  /** The step, from which on the coordinator's work for the call is counted. */
  timed(step: Step): Step;
  ended(passage: Passage): void;
  /** The recorder of refusals, which ends a call too. */
  refused(record: RefusalRecorder): RefusalRecorder;
  violated(tx: Queryable, passage: Passage, refusal: Refusal): Promise<void>;
}

export function createTally(usage: UsageBook, monotonicMs: () => number): Tally {
  const begun = new WeakMap<Passage, number>();
  const ended = (passage: Passage): void => {
    const since = begun.get(passage);
    const spender = spenderOf(passage);
    if (since === undefined || !spender) return;
    usage.worked(spender, Math.max(0, monotonicMs() - since - passage.waitedMs));
  };
  return {
    timed: step => async passage => {
      if (!passage.operation.ownAffair) begun.set(passage, monotonicMs());
      await step(passage);
    },
    ended,
    refused: record => async (passage, refusal) => {
      ended(passage);
      await record(passage, refusal);
    },
    async violated(tx, passage, { error }) {
      const spender = spenderOf(passage);
      if (spender && violationCodes.includes(error.code)) await usage.violated(tx, spender);
    },
  };
}

function spenderOf({ caller, place }: Passage): Spender | undefined {
  if (caller?.kind !== 'agent' || !place) return undefined;
  return { projectId: place.project.id, sessionId: caller.sessionId };
}
