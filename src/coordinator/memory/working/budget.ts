/** Bytes of text that make one token, about: the rule of thumb for English, and on the safe side for other scripts. */
const bytesPerToken = 4;

/** An estimate of the tokens that an entry takes in a model's context: the bytes of key and JSON, by four, rounded up. */
export function tokensOf(key: string, value: unknown): number {
  return Math.ceil(Buffer.byteLength(`${key} ${JSON.stringify(value)}`) / bytesPerToken);
}

export interface Weighed {
  readonly key: string;
  readonly tokens: number;
}

/** Which entries have to go so that the rest is within the budget, given those used last first: from the end, and no more than needed. */
export function overBudget<Entry extends Weighed>(lastUsedFirst: readonly Entry[], budget: number): Entry[] {
  let used = lastUsedFirst.reduce((sum, { tokens }) => sum + tokens, 0);
  const out: Entry[] = [];
  for (const entry of lastUsedFirst.toReversed()) {
    if (used <= budget) break;
    used -= entry.tokens;
    out.push(entry);
  }
  return out;
}
