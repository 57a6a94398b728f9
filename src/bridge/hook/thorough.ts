import { reportOf, statusOf } from '../../coordinator/kernel/errors.ts';
import { connect } from '../connection.ts';
import type { Environment } from '../environment.ts';

export interface ThoroughQuestion {
  readonly path: string;
  readonly body: unknown;
  readonly start: boolean;
  readonly reachMs: number;
  /** By `performance.now()`. */
  readonly answerBy: number;
}

/** As HTTP has it; where nobody answered, the status and the report of the error that says why. */
export interface ThoroughAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Asks whoever owns the store, and starts a coordinator where nobody does. It is a part of its own, since few hook
 * calls need it, and answers with a report where others throw: an error would be of another bundle's class.
 */
export async function askThoroughly(
  environment: Environment,
  { path, body, start, reachMs, answerBy }: ThoroughQuestion,
): Promise<ThoroughAnswer> {
  try {
    const coordinator = await connect(environment, { start, deadlineMs: reachMs });
    return await coordinator.request('POST', path, {
      body,
      timeoutMs: Math.max(1, answerBy - performance.now()),
      // The same question twice is one question: locks are renewed and approvals found again.
      retry: true,
    });
  } catch (error) {
    const report = reportOf(error);
    return { status: statusOf(report.code), body: report };
  }
}
