import { setTimeout as pause } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { problemIn } from './problem.ts';

/** Something that changed in the project of the key. It names what changed: read it again to know how. */
export interface InterlockEvent {
  /** `lock.acquired`, `approval.decided` and so on; `events.gap`: something may have been missed. */
  readonly topic: string;
  /** The id or path of what changed. */
  readonly subject: string;
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
}

const shortestBackoffMs = 200;
const longestBackoffMs = 10_000;

/**
 * Follows the events until the signal aborts, across breaks of the connection. After each break it tells `events.gap`.
 * @throws InterlockProblem where the coordinator refuses the key
 */
export async function* follow(
  open: (signal: AbortSignal) => Promise<Response>,
  signal: AbortSignal,
): AsyncGenerator<InterlockEvent, void, void> {
  let backoffMs = shortestBackoffMs;
  for (let connections = 0; !signal.aborted; ) {
    const answer = await open(signal).catch(() => undefined);
    if (answer && answer.status < 500 && answer.status !== 429 && !answer.ok) throw await problemIn(answer);
    if (answer?.ok && answer.body) {
      backoffMs = shortestBackoffMs;
      if (connections > 0) yield { topic: 'events.gap', subject: '' };
      connections += 1;
      yield* eventsIn(answer.body);
    }
    await pause(backoffMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
  }
}

/** The events of one connection; its end, however it comes, is the end of them. */
async function* eventsIn(body: NonNullable<Response['body']>): AsyncGenerator<InterlockEvent, void, void> {
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (done || !value) return;
      yield JSON.parse(value.data) as InterlockEvent;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
