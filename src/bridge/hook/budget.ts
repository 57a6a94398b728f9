/** How the time that a harness gives a hook is spent, in milliseconds from the start of the process. */
export interface Budget {
  /** A coordinator that runs must have said something. */
  readonly reachMs: number;
  /** One that had to be started must be there. */
  readonly startMs: number;
  /** It must have answered, waiting for a person included. */
  readonly answerMs: number;
  /** The hook has spoken, whatever happened. */
  readonly deadlineMs: number;
}

/** The clock that a budget is read by, in milliseconds. Every hook pays for what it loads, and this costs nothing. */
export const sinceStartMs = () => process.uptime() * 1000;

/** What our hooks register with a harness where nothing else is said, in seconds. */
export const defaultTimeoutSeconds = 60;

/** Between the hook's last word and the harness's time-out: a loaded machine may start the process late. */
const marginMs = 5_000;
/** For judging alone when the coordinator did not: half a second, on a machine that is busy with others up to four. */
const aloneMs = 5_000;
/** A coordinator that is there answers within milliseconds. */
const reachMs = 3_000;
/**
 * One starts within a second or two, and on a machine that is busy with others in several. It is worth waiting for: without it
 * the first edits of a session would be let through without their locks.
 */
const startMs = 20_000;

/** The budget for a call that the harness waits for. A short time-out is divided in the same way. */
export function budgetOf(timeoutSeconds: number): Budget {
  const totalMs = timeoutSeconds * 1000;
  const deadlineMs = totalMs - Math.min(marginMs, totalMs / 4);
  const answerMs = deadlineMs - Math.min(aloneMs, deadlineMs / 4);
  const atMost = answerMs / 2;
  return {
    reachMs: Math.min(reachMs, atMost),
    startMs: Math.min(startMs, atMost),
    answerMs,
    deadlineMs,
  };
}
