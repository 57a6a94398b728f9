import type { LabelConvention } from './convention.ts';
import type { Step } from './steps.ts';

export interface SettleOptions {
  /** How labels are written. */
  readonly convention: LabelConvention;
  /** Labels mean nothing in this project. */
  readonly off: boolean;
  /** Also what waits for something that nobody tells of is tried again. */
  readonly again: boolean;
}

/** What must be called. */
export interface Plan {
  readonly steps: readonly Step[];
  /** The sessions that have something to do or to hold; others end. */
  readonly sessions: ReadonlySet<string>;
  /** Something waits that the end of a lock, a task or an approval may let go on. */
  readonly isWaiting: boolean;
}
