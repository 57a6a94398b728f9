import type { Message } from '../messages/message.ts';
import { ago, name, quoted } from './words.ts';

/** Who wrote when, and what: fenced, so that nobody's words are taken for Interlock's. */
export function messageLine(
  { from, from_kind, sent_at, text }: Pick<Message, 'from' | 'from_kind' | 'sent_at' | 'text'>,
  now: Date,
  mostTokens: number,
): string {
  const who = from_kind === 'person' ? `${name(from)}, a person` : name(from);
  return `${who}, ${ago(sent_at, now)}: ${quoted(text, mostTokens)}`;
}
