import { postQuickly } from '../../coordinator/client/quick.ts';
import { errorOf } from '../../coordinator/client/refusal.ts';
import { type ErrorCode, InterlockError } from '../../coordinator/kernel/errors.ts';
import type { HookAnswer } from '../../coordinator/tool-use/harnesses.ts';
import type { Environment } from '../environment.ts';
import { workingFolder } from '../working-folder.ts';
import { sinceStartMs } from './budget.ts';
import type { ThoroughAnswer } from './thorough.ts';

/** How it went to ask the coordinator. */
export type Consultation =
  | { readonly kind: 'answered'; readonly answer: HookAnswer }
  /** It was reached, and would not answer. */
  | { readonly kind: 'refused'; readonly error: InterlockError }
  /** Nobody could be asked: there is none, it is stuck, or it has no store. */
  | { readonly kind: 'unavailable'; readonly error: InterlockError };

export interface Question {
  readonly harness: string;
  readonly event: string;
  readonly payload: unknown;
  /** Whether it is worth starting a coordinator for. */
  readonly start: boolean;
  /** Somebody who runs must have been reached, in milliseconds from now. */
  readonly reachMs: number;
  /** Somebody who had to be started must have been, in milliseconds. */
  readonly startMs: number;
  /** They must have answered, waiting for a person included. */
  readonly answerMs: number;
}

/** Reasons that lie with the coordinator or its store and not with the call. */
const nobodyCouldJudge: readonly ErrorCode[] = [
  'coordinator_unavailable',
  'store_unavailable',
  'schema_too_new',
  'client_too_old',
  'deadline_exceeded',
];

/** Puts a hook's call to the coordinator. It never throws. */
export async function consult(environment: Environment, question: Question): Promise<Consultation> {
  try {
    const { status, body } = await ask(environment, question);
    if (status !== 200) throw errorOf(body);
    return { kind: 'answered', answer: answerIn(body) };
  } catch (thrown) {
    const error = thrown instanceof InterlockError ? thrown : unexpected(thrown);
    return { kind: nobodyCouldJudge.includes(error.code) ? 'unavailable' : 'refused', error };
  }
}

/** First the short way, which nearly always works; then the one that knows everything that can be amiss. */
async function ask(environment: Environment, question: Question): Promise<ThoroughAnswer> {
  const answerBy = sinceStartMs() + question.answerMs;
  const { storeHome, databaseUrl } = environment;
  const path = `/hooks/${encodeURIComponent(question.harness)}/${encodeURIComponent(question.event)}`;
  const body = (patienceMs: number) => bodyOf(environment, question.payload, patienceMs);
  const outcome = await postQuickly({
    home: storeHome,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    path,
    body: body(question.answerMs),
    acknowledgedMs: question.reachMs,
    timeoutMs: question.answerMs,
  });
  if (outcome === 'stuck') throw stuck();
  if (outcome !== 'unsure') return outcome;
  const { askThoroughly } = await import('./thorough.ts');
  return askThoroughly(environment, {
    path,
    body,
    start: question.start,
    reachMs: question.start ? question.startMs : question.reachMs,
    answerBy,
  });
}

function bodyOf(environment: Environment, payload: unknown, patienceMs: number): object {
  const { agentId, agentType, sessionId, project, delegatedFrom } = environment;
  return {
    payload,
    process: {
      cwd: workingFolder(),
      agentId,
      agentType,
      sessionId,
      project,
      delegatedFrom,
      patienceMs: Math.floor(patienceMs),
    },
  };
}

/** @throws InterlockError where it is no answer: what is not understood is no consent. */
function answerIn(body: unknown): HookAnswer {
  const { decision, reason, context } = (body ?? {}) as Record<string, unknown>;
  if (decision !== 'none' && decision !== 'ask' && decision !== 'deny') {
    throw new InterlockError('internal_error', 'The coordinator answered something that is no decision.', {
      next: 'Update Interlock, so that all of it has one version.',
    });
  }
  return {
    decision,
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof context === 'string' ? { context } : {}),
  };
}

function stuck(): InterlockError {
  return new InterlockError('coordinator_unavailable', 'The coordinator that runs does not answer in time.', {
    next: 'If it stays so, end its process; `interlock status` names it.',
    retryable: true,
  });
}

function unexpected(cause: unknown): InterlockError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new InterlockError('internal_error', `Asking the coordinator failed: ${message}.`, { cause });
}
