import { InterlockError } from './errors.ts';
import type { Call, Passage } from './passage.ts';

/** One thing that happens to every call. It adds to the passage, or refuses by throwing an {@link InterlockError}. */
export type Step = (passage: Passage) => Promise<void>;

/** The steps, in the order in which every call walks them. */
export const stepNames = ['identify', 'validate', 'authorize', 'guard', 'approve', 'act', 'tell'] as const;
export type StepName = (typeof stepNames)[number];
export type Steps = Readonly<Record<StepName, Step>>;

/** Steps that decide: whatever goes wrong in them is a refusal that says so, never a call let through. */
const deciding: readonly StepName[] = ['authorize', 'guard', 'approve'];

export interface Refusal {
  readonly step: StepName;
  readonly error: InterlockError;
}

/** The one way to a handler, from every door. */
export interface Corridor {
  /**
   * Walks the call through all steps and answers what its handler answered.
   * @throws InterlockError where a step refused; nothing was changed then, and the refusal is on the record.
   */
  walk(call: Call): Promise<unknown>;
}

/**
 * Lines the steps up. The corridor knows steps, not capabilities: the composition root passes them in.
 * @param refused writes a refusal to the record; if it fails, the caller still gets its refusal.
 */
export function createCorridor(
  steps: Steps,
  refused: (passage: Passage, refusal: Refusal) => Promise<void>,
): Corridor {
  return {
    async walk(call) {
      const passage: Passage = {
        call,
        operation: call.operation,
        findings: [],
        touched: [],
        steps: [],
        reached: [],
        before: [],
        unused: [],
        facts: {},
        waitedMs: 0,
      };
      for (const step of stepNames) {
        try {
          await steps[step](passage);
        } catch (thrown) {
          const error = refusalOf(step, passage, thrown);
          await refused(passage, { step, error });
          throw error;
        }
      }
      return passage.output;
    },
  };
}

function refusalOf(step: StepName, passage: Passage, thrown: unknown): InterlockError {
  if (thrown instanceof InterlockError) return thrown;
  if (deciding.includes(step)) {
    return new InterlockError(
      'policy_denied',
      `${passage.operation.name} was refused because the ${step} step failed.`,
      {
        next: 'Tell the person at the editor: the Interlock log names the cause. Nothing was changed.',
        params: { step },
        cause: thrown,
      },
    );
  }
  return new InterlockError('internal_error', `${passage.operation.name} failed and changed nothing.`, {
    next: 'Try again; if it happens twice, read the coordinator log and report it.',
    cause: thrown,
    retryable: true,
  });
}
