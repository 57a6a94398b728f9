import { type ErrorReport, InterlockError, isErrorCode } from '../kernel/errors.ts';

/**
 * The error that a coordinator reported, as it was thrown there. What is no such report becomes
 * `coordinator_unavailable`.
 */
export function errorOf(report: unknown): InterlockError {
  const { code, message = '', next, params, retryable } = (report ?? {}) as Partial<ErrorReport>;
  if (code === undefined || !isErrorCode(code)) {
    return new InterlockError('coordinator_unavailable', 'The coordinator refused without a reason.', {
      params: { answer: report },
    });
  }
  return new InterlockError(code, message, { next, params, retryable });
}
