/** One thing that was measured, and what it should come to. */
export interface Figure {
  /** Stays the same from run to run, so that results can be compared: `locks.embedded.pair.p50`. */
  readonly id: string;
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | '×' | 'a second' | '%' | 'MB a minute';
  readonly target?: Target;
  /** What it was measured beside, in the same run. */
  readonly beside?: string;
}

export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** Undefined for a figure that has no target. */
export function isMet({ value, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}
