import { translate } from './errors.ts';
import type { Outcome } from './exchange.ts';
import type { Statement } from './sql.ts';

/** A connection, as an adapter provides it. It is asked for one thing at a time. */
export interface Session {
  /**
   * Runs statements one after the other, in one message; what the outcome says is in our words.
   * @throws where the connection broke: nothing is known of any of them then.
   */
  run(statements: readonly Statement[]): Promise<Outcome>;
  /** Runs plain SQL, several statements in one text. */
  script(text: string): Promise<void>;
}

/** An outcome whose refusal names the statement that was refused. */
export function inOurWords(statements: readonly Statement[], { replies, refusal }: Outcome): Outcome {
  if (refusal === undefined) return { replies };
  return { replies, refusal: translate(refusal, statements[replies.length]?.text) };
}
