import { z } from 'zod';

/**
 * pending → claimed → running → completed | failed | cancelled. From any state before the last three a task may end; a
 * claim that is over takes it back to pending. Nothing leads out of the last three.
 */
export const Status = z.enum(['pending', 'claimed', 'running', 'completed', 'failed', 'cancelled']);
export type Status = z.infer<typeof Status>;

/** Why a task failed, or was cancelled. */
export const FailureCode = z.enum([
  'task_failed',
  'attempts_exhausted',
  'deadline_exceeded',
  'dependency_failed',
  'cancelled',
]);
export type FailureCode = z.infer<typeof FailureCode>;

/** Why nobody gets a pending task before somebody has decided about it. */
export const HoldReason = z.enum(['guardrail', 'dependency_failed']);
export type HoldReason = z.infer<typeof HoldReason>;

/** What is to be done where a task that another one depends on does not complete. */
export const OnDependencyFailure = z.enum(['cancel', 'hold']);
export type OnDependencyFailure = z.infer<typeof OnDependencyFailure>;
