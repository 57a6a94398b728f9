import { reportOf, statusOf } from '../../coordinator/kernel/errors.ts';
import { connect } from '../connection.ts';
import type { Environment } from '../environment.ts';
import { sinceStartMs } from './budget.ts';

export interface ThoroughQuestion {
  readonly path: string;
  /** What to send, given how long an answer can be waited for. */
  readonly body: (patienceMs: number) => object;
  readonly start: boolean;
  readonly reachMs: number;
  /** By {@link sinceStartMs}. */
  readonly answerBy: number;
}

/** As HTTP has it; where nobody answered, the status and the report of the error that says why. */
export interface ThoroughAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A call that takes one coordinator after the other down with it is given up. */
const mostOwners = 3;

/**
 * Asks whoever owns the store, starts a coordinator where nobody does, and asks the next owner where this one goes away
 * over it: the same question twice is one question, locks are renewed and approvals found again. It is a part of its
 * own, since few hook calls need it, and answers with a report where others throw: an error would be of another
 * bundle's class.
 */
export async function askThoroughly(
  environment: Environment,
  { path, body, start, reachMs, answerBy }: ThoroughQuestion,
): Promise<ThoroughAnswer> {
  try {
    const coordinator = await connect(environment, { start, deadlineMs: reachMs });
    for (let owners = 1; ; owners += 1) {
      const timeoutMs = Math.max(1, answerBy - sinceStartMs());
      try {
        return await coordinator.request('POST', path, { body: body(timeoutMs), timeoutMs });
      } catch (error) {
        if (owners === mostOwners || reportOf(error).code !== 'coordinator_unavailable') throw error;
      }
    }
  } catch (error) {
    const report = reportOf(error);
    return { status: statusOf(report.code), body: report };
  }
}
