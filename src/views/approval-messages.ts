import type { Page } from './page.ts';

/** A request as the panel shows it, with what the person may answer. */
export interface ApprovalPage {
  /** The number of the request. */
  readonly request: string;
  readonly page: Page;
  /** Undefined where there is nothing to answer, or nobody who may. */
  readonly answers: Answers | undefined;
  /** What is offered once this one is answered: another one that waits. */
  readonly next: string | undefined;
}

/** The words of the answers. */
export interface Answers {
  readonly label: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly approve: string;
  readonly approveForSession: string;
  readonly approveFor: string;
  /** For how long, in minutes, with the words for it. Empty where only this one call can be allowed. */
  readonly spans: readonly { readonly minutes: number; readonly label: string }[];
  readonly deny: string;
}

/** What the window tells the panel. */
export interface ToApprovalPanel {
  readonly approval: ApprovalPage;
}

/** What the panel tells the window. */
export type FromApprovalPanel =
  /** It is drawn and listens. */
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly answer: Answer }
  /** Show another request that waits. */
  | { readonly type: 'next' };

export interface Answer {
  readonly decision: 'approved' | 'denied';
  readonly scope: 'once' | 'session' | 'minutes';
  /** With scope `minutes`. */
  readonly minutes?: number;
  readonly reason?: string;
}
