/** How long something took, many times: milliseconds. */
export interface Times {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export function timesOf(milliseconds: readonly number[]): Times {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export function median(numbers: readonly number[]): number {
  return timesOf(numbers).p50;
}

export async function timeOf(task: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await task();
  return performance.now() - since;
}
