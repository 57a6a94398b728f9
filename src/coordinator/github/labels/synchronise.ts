import type { Corridor } from '../../kernel/corridor.ts';
import { type ErrorCode, InterlockError } from '../../kernel/errors.ts';
import { type Operation, saysNo } from '../../kernel/operation.ts';
import { acquireLock } from '../../locks/acquire.ts';
import { releaseLock } from '../../locks/release.ts';
import { sendMessage } from '../../messages/send.ts';
import { cancelWork } from '../../queue/cancel.ts';
import { submitWork } from '../../queue/submit.ts';
import { settleLabels } from './settle.ts';
import type { Step, StepOutcome } from './steps.ts';

/** What came of one synchronisation. Only what was really done is counted as done. */
export interface Counts {
  acquired: number;
  released: number;
  submitted: number;
  cancelled: number;
  /** Labels that could not become what they ask for. */
  refused: number;
  /** Calls that failed for a reason of ours, and are made again by the next synchronisation. */
  failed: number;
}

export interface Synchronised extends Counts {
  /** The end of a lock, a task or an approval may change something. */
  readonly waiting: boolean;
}

export interface SynchroniseServices {
  readonly corridor: Corridor;
  readonly onError: (error: unknown) => void;
}

/** Rounds of one synchronisation: each makes what the one before has made possible. */
const mostRounds = 20;

const operations: Readonly<Record<Step['operation'], Operation>> = {
  acquire_lock: acquireLock,
  release_lock: releaseLock,
  submit_work: submitWork,
  cancel_work: cancelWork,
  send_message: sendMessage,
};

const counted = {
  acquire_lock: 'acquired',
  release_lock: 'released',
  submit_work: 'submitted',
  cancel_work: 'cancelled',
} as const satisfies Partial<Record<Step['operation'], keyof Counts>>;

/**
 * Brings the locks and tasks of a project to what labels on GitHub ask for. Every call walks the corridor in the name of
 * whoever set the label: profile, policy, guardrails and record are theirs. It can be called at any time, any number of
 * times, by several coordinators at once: it compares what is with what is asked for, and ends when they agree.
 */
export async function synchronise(
  { corridor, onError }: SynchroniseServices,
  projectId: string,
  { again = false }: { readonly again?: boolean } = {},
): Promise<Synchronised> {
  const counts: Counts = { acquired: 0, released: 0, submitted: 0, cancelled: 0, refused: 0, failed: 0 };
  let outcomes: StepOutcome[] = [];
  for (let round = 0; ; round++) {
    const settled = (await corridor.walk({
      operation: settleLabels,
      // Once: what waits for nobody's word is not tried in every round.
      input: { outcomes, again: again && round === 0 },
      credential: { kind: 'system', name: 'github labels', projectId },
      door: 'system',
      cwd: null,
    })) as { readonly steps: readonly Step[]; readonly waiting: boolean };
    if (settled.steps.length === 0 || counts.failed > 0) return { ...counts, waiting: settled.waiting };
    if (round >= mostRounds) {
      onError(new Error(`labels did not come to rest within ${mostRounds} rounds`));
      return { ...counts, waiting: true };
    }
    outcomes = [];
    for (const step of settled.steps) {
      const outcome = await carryOut(corridor, projectId, step, counts, onError);
      if (outcome) outcomes.push(outcome);
    }
  }
}

/** Makes one call; answers what to write down of it, where anything is. */
async function carryOut(
  corridor: Corridor,
  projectId: string,
  step: Step,
  counts: Counts,
  onError: (error: unknown) => void,
): Promise<StepOutcome | undefined> {
  try {
    const answer = await corridor.walk({
      operation: operations[step.operation],
      input: step.input,
      credential: { kind: 'stand_in', sessionId: step.session_id, projectId },
      door: 'system',
      cwd: null,
    });
    if (saysNo(answer)) {
      counts.refused++;
      return outcomeOf(step, 'waits', String(answer.reason), whyNot(answer));
    }
    if (step.operation !== 'send_message') counts[counted[step.operation]]++;
    return outcomeOf(step, 'done', null, null);
  } catch (error) {
    if (!(error instanceof InterlockError) || tryAgain.includes(error.code)) {
      counts.failed++;
      onError(error);
      return undefined;
    }
    // What is given back was given back already, or ended: the next round sees what is.
    if (step.decided_for === null) return undefined;
    counts.refused++;
    return outcomeOf(step, waitsFor.includes(error.code) ? 'waits' : 'refused', error.code, error.message);
  }
}

/** Says nothing about the label. */
const tryAgain: readonly ErrorCode[] = [
  'internal_error',
  'store_unavailable',
  'coordinator_unavailable',
  'session_ended',
  'unauthenticated',
];

/** May be otherwise without anybody setting the label anew. */
const waitsFor: readonly ErrorCode[] = ['approval_pending', 'resource_limit_exceeded', 'locked_by_other'];

function outcomeOf(
  { item_id, label, decided_for }: Step,
  outcome: StepOutcome['outcome'],
  code: string | null,
  reason: string | null,
): StepOutcome | undefined {
  if (decided_for === null) return undefined;
  return {
    item_id,
    label,
    decided_for,
    outcome,
    code,
    reason: reason?.slice(0, 2_000).toWellFormed() ?? null,
  };
}

/** In words, without the times, which change while it waits. */
function whyNot(answer: object): string {
  const said = answer as {
    readonly file_path?: string;
    readonly lock_path?: string;
    readonly locked_by?: string;
    readonly lock_reason?: string | null;
  };
  if (said.locked_by === undefined) return `Others have been waiting for ${said.file_path} before.`;
  const why = said.lock_reason ? ` (${said.lock_reason})` : '';
  return `${said.lock_path ?? said.file_path} is locked by ${said.locked_by}${why}.`;
}
