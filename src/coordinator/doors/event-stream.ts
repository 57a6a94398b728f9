import type { ServerResponse } from 'node:http';
import { type CoordinatorEvent, type EventBus, isAbout } from '../kernel/events.ts';
import { troublesChanged } from '../kernel/troubles.ts';

/** A comment is sent this often, in milliseconds, so that both sides notice a connection that died. */
const heartbeatMs = 15_000;

/**
 * Answers with server-sent events of one project until either side closes. A reader that does not keep up is cut off
 * rather than remembered without bound: it connects again and reads the state anew.
 */
export function streamEvents(
  response: ServerResponse,
  bus: EventBus,
  project: string,
  topics: readonly string[],
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': connected\n\n');
  const send = (text: string) => {
    if (!response.write(text)) response.destroy();
  };
  const unsubscribe = bus.subscribe(event => {
    if (isFor(event, project, topics)) send(`event: ${event.topic}\ndata: ${JSON.stringify(event)}\n\n`);
  });
  const heartbeat = setInterval(() => send(': alive\n\n'), heartbeatMs);
  response.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
  });
}

/** A gap concerns everybody, since what was missed is not known, and so does what does not work. */
function isFor(event: CoordinatorEvent, project: string, topics: readonly string[]): boolean {
  if (event.topic === 'events.gap' || event.topic === troublesChanged) return true;
  return event.project === project && (topics.length === 0 || isAbout(event, topics));
}
