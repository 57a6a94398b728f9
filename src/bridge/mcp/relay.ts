import { failureOf, lostOnTheWay } from './failure.ts';
import {
  type Id,
  keyOf,
  type Message,
  type Notification,
  type Request,
  type Response,
  readMessage,
} from './message.ts';
import { createMemory } from './replay.ts';

/** A connection to one coordinator. */
export interface Channel {
  send(line: string): void;
  pause(): void;
  resume(): void;
  close(): void;
}

export interface ChannelEvents {
  line(line: string): void;
  closed(): void;
}

export interface RelayOptions {
  /** Opens a channel to whoever owns the store, starting a coordinator if need be. `first` began the conversation. */
  readonly open: (first: Message, events: ChannelEvents) => Promise<Channel>;
  readonly toClient: (line: string) => void;
  readonly log: (text: string) => void;
  /** How long to wait after the n-th failure in a row, in milliseconds. */
  readonly backoffMs?: (failures: number) => number;
}

/** Stands between a client that keeps its one connection and coordinators that come and go. */
export interface Relay {
  fromClient(line: string): void;
  /** Stops reading from the coordinator until {@link resume}: the client does not keep up. */
  pause(): void;
  resume(): void;
  /** Settles when every request of the client has its answer. */
  idle(): Promise<void>;
  close(): void;
}

interface Pending {
  readonly request: Request;
  readonly line: string;
  /** Whether a coordinator has been given it. */
  sent: boolean;
}

/** How often in a row a coordinator may go away at once before those who wait are told. */
const quickFailures = 5;

/** Soon at first, since the next owner is there within two seconds; then at most twice a minute. */
const defaultBackoffMs = (failures: number): number => Math.min(500 * 2 ** (failures - 1), 30_000);

/**
 * Passes messages on both ways. When the coordinator goes away, another one is found or started, the handshake and the
 * subscriptions are replayed before it, and the client notices nothing: requests in flight that may be repeated are,
 * the others are answered with an error that says what happened.
 */
export function createRelay({ open, toClient, log, backoffMs = defaultBackoffMs }: RelayOptions): Relay {
  const memory = createMemory();
  /** Requests of the client without an answer, in the order in which they came. */
  const pending = new Map<string, Pending>();
  /** What waits for a channel besides requests. */
  let waiting: string[] = [];
  /** Requests of this coordinator that the client has not answered: the id that the client was given, and theirs. */
  const asked = new Map<string, Id>();
  /** Answers that are for the relay and not for the client. */
  const own = new Map<string, (succeeded: boolean) => void>();
  let first: Message | undefined;
  let channel: Channel | undefined;
  /** Counts channels; what an old one still says is not heard. */
  let current = 0;
  let opening = false;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  let idleListeners: (() => void)[] = [];

  function fromClient(line: string): void {
    const message = readMessage(line);
    first ??= message;
    memory.sent(message, line);
    if (message.kind === 'response') {
      answerCoordinator(message.id, message.object);
      return;
    }
    if (message.kind === 'notification' && message.method === 'notifications/cancelled')
      forget(message.params.requestId);
    if (message.kind === 'request') {
      const entry = { request: message, line, sent: channel !== undefined };
      pending.set(keyOf(message.id), entry);
    } else if (channel === undefined) {
      waiting.push(line);
    }
    if (channel) channel.send(line);
    else void connect();
  }

  /** A later coordinator must not take the answer for one to a question of its own. */
  function questionId(id: Id): string {
    return `${current}/${keyOf(id)}`;
  }

  function answerCoordinator(given: Id, object: object): void {
    const id = asked.get(keyOf(given));
    asked.delete(keyOf(given));
    if (id !== undefined) channel?.send(JSON.stringify({ ...object, id }));
  }

  function withdrawn({ method, params }: Notification): string {
    const requestId = questionId(params.requestId as Id);
    asked.delete(keyOf(requestId));
    return JSON.stringify({ jsonrpc: '2.0', method, params: { ...params, requestId } });
  }

  function forget(id: unknown): void {
    if (typeof id !== 'string' && typeof id !== 'number') return;
    pending.delete(keyOf(id));
    tellIdle();
  }

  function fromCoordinator(line: string): void {
    const message = readMessage(line);
    switch (message.kind) {
      case 'unreadable':
        log(`dropped a line of the coordinator that is no message (${line.length} characters)`);
        break;
      case 'notification':
        toClient(message.method === 'notifications/cancelled' ? withdrawn(message) : line);
        break;
      case 'request': {
        const id = questionId(message.id);
        asked.set(keyOf(id), message.id);
        toClient(JSON.stringify({ ...message.object, id }));
        break;
      }
      case 'response':
        takeAnswer(message, line);
    }
  }

  function takeAnswer(answer: Response, line: string): void {
    const key = keyOf(answer.id);
    own.get(key)?.(answer.result !== undefined);
    const entry = pending.get(key);
    // Otherwise it is one of our own, or the client has been told something else already.
    if (!entry) return;
    pending.delete(key);
    memory.answered(entry.request, answer.result);
    toClient(line);
    tellIdle();
  }

  async function connect(): Promise<void> {
    if (opening || closed || !first) return;
    opening = true;
    clearTimeout(retry);
    current += 1;
    const number = current;
    let opened: Channel | undefined;
    let gone = false;
    try {
      opened = await open(first, {
        line: line => {
          if (number === current) fromCoordinator(line);
        },
        closed: () => {
          gone = true;
          if (number === current) lose();
        },
      });
      if (!gone) await replay(opened, number);
      if (gone) throw new Error('the coordinator went away at once');
    } catch (error) {
      opened?.close();
      opening = false;
      giveUp(error, gone && failures < quickFailures);
      return;
    }
    opening = false;
    failures = 0;
    if (closed) {
      opened.close();
      return;
    }
    channel = opened;
    flush(opened);
  }

  /** Brings a new coordinator to where the old one was. */
  async function replay(to: Channel, number: number): Promise<void> {
    const { beginning, initialized, subscriptions } = memory;
    if (beginning) await ask(to, { ...beginning.object, id: `interlock/${number}/initialize` });
    if (beginning && initialized !== undefined) to.send(initialized);
    for (const [index, { object, params }] of subscriptions.entries()) {
      await ask(to, { ...object, id: `interlock/${number}/subscribe/${index}` });
      // It may have changed while nobody watched.
      const updated = { method: 'notifications/resources/updated', params: { uri: params.uri } };
      toClient(JSON.stringify({ jsonrpc: '2.0', ...updated }));
    }
  }

  function ask(to: Channel, object: { readonly id: string }): Promise<void> {
    const key = keyOf(object.id);
    return new Promise<void>((resolve, reject) => {
      own.set(key, succeeded => {
        own.delete(key);
        if (succeeded) resolve();
        else reject(new Error(`the new coordinator refused ${object.id}`));
      });
      to.send(JSON.stringify(object));
    });
  }

  function flush(to: Channel): void {
    for (const entry of pending.values()) {
      if (entry.sent) continue;
      entry.sent = true;
      to.send(entry.line);
    }
    for (const line of waiting) if (line !== memory.initialized || !memory.beginning) to.send(line);
    waiting = [];
  }

  function lose(): void {
    channel = undefined;
    for (const listener of [...own.values()]) listener(false);
    withdrawQuestions();
    if (closed || opening) return;
    log(`connection ${current} to the coordinator broke`);
    for (const entry of [...pending.values()]) {
      if (!entry.sent) continue;
      if (memory.mayRepeat(entry.request)) entry.sent = false;
      else fail(entry, lostOnTheWay(entry.request));
    }
    void connect();
  }

  /** Nobody waits any more for what the coordinator asked: a dialog that is open closes. */
  function withdrawQuestions(): void {
    for (const key of asked.keys()) {
      const params = { requestId: JSON.parse(key), reason: 'the coordinator went away' };
      toClient(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }));
    }
    asked.clear();
  }

  /** No coordinator for now. Whoever waits is told, unless it is tried again at once. */
  function giveUp(error: unknown, atOnce: boolean): void {
    failures += 1;
    if (closed) return;
    if (atOnce) {
      void connect();
      return;
    }
    log(`no coordinator: ${error instanceof Error ? error.message : String(error)}`);
    for (const entry of [...pending.values()]) fail(entry, error);
    waiting = [];
    retry = setTimeout(() => void connect(), backoffMs(failures));
  }

  function fail({ request }: Pending, error: unknown): void {
    pending.delete(keyOf(request.id));
    toClient(failureOf(request, error));
    tellIdle();
  }

  function tellIdle(): void {
    if (pending.size > 0) return;
    for (const listener of idleListeners) listener();
    idleListeners = [];
  }

  return {
    fromClient,
    pause: () => channel?.pause(),
    resume: () => channel?.resume(),
    idle: () =>
      pending.size === 0 ? Promise.resolve() : new Promise(resolve => idleListeners.push(resolve)),
    close() {
      closed = true;
      clearTimeout(retry);
      channel?.close();
    },
  };
}
