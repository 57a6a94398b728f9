/**
 * How an attempt to start a coordinator ended, where it did not become the owner that everybody now talks to.
 */
export interface Ending {
  /** Absent where it found another owner, or was killed: then trying again makes sense. */
  readonly failure?: string;
}

export interface StartAttempt {
  readonly ended: Promise<Ending>;
}

/**
 * Starts a coordinator, which claims the store by itself and ends at once where somebody else owns it. So it
 * does no harm that many are started at the same time.
 */
export type Starter = () => StartAttempt;
