import type { Fact } from './row.ts';

/**
 * What a webview shows, before it is drawn: views are functions from state to pages, so that what they say can be read
 * and tested without a browser. All text is plain text, and already in the person's language.
 */
export interface Page {
  readonly heading: string;
  /** How it stands now. It is read out when it changes. */
  readonly standing: string;
  readonly tone: Tone;
  /** Until when something is waited for, in milliseconds since 1970. */
  readonly deadline?: { readonly label: string; readonly until: number };
  readonly sections: readonly Section[];
}

/** What colour says; the words say it too. */
export type Tone = 'plain' | 'asking' | 'refused' | 'clear';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'text'; readonly text: string; readonly tone?: Tone }
  /** Shown as it is, in a fixed-width font. */
  | { readonly kind: 'code'; readonly label: string; readonly text: string }
  | { readonly kind: 'steps'; readonly label: string; readonly steps: readonly Step[] }
  | { readonly kind: 'diff'; readonly label: string; readonly lines: readonly DiffLine[] }
  | { readonly kind: 'findings'; readonly findings: readonly ShownFinding[] }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'factors'; readonly label: string; readonly factors: readonly Factor[] }
  | { readonly kind: 'events'; readonly label: string; readonly events: readonly PastEvent[] };

export interface Step {
  readonly command: string;
  readonly does: readonly string[];
  /** A rule minds. */
  readonly isMinded: boolean;
}

export interface DiffLine {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
  /** Before the text, for whoever hears it. */
  readonly spoken: string;
}

export interface ShownFinding {
  readonly effect: string;
  readonly rule: string;
  readonly details: readonly Fact[];
}

/** A part of a score, with how much of the whole scale it makes, from 0 to 1. */
export interface Factor {
  readonly name: string;
  readonly share: number;
  readonly value: string;
  readonly why?: string;
}

export interface PastEvent {
  readonly sentence: string;
  readonly when: string;
  readonly tone: Tone;
}
