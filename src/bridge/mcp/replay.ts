import { isRecord, type Message, type Request } from './message.ts';

/** Requests that only look, or that lead to the same state however often they are sent. */
const repeatableMethods = new Set([
  'completion/complete',
  'initialize',
  'logging/setLevel',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'server/discover',
  'tools/list',
]);

/** What has to be known of the conversation so far, so that another server can go on with it. */
export interface Memory {
  /** Notes a message that the client sent. */
  sent(message: Message, line: string): void;
  /** Notes the answer to a request of the client. */
  answered(request: Request, result: Readonly<Record<string, unknown>> | undefined): void;
  /** Whether the request may be sent a second time where nobody knows what became of the first. */
  mayRepeat(request: Request): boolean;
  /** The request that began the conversation, once it has been answered; else there is nothing to replay. */
  readonly beginning: Request | undefined;
  /** The notification that ended the handshake, as it came. */
  readonly initialized: string | undefined;
  /** The requests that began the subscriptions in force. */
  readonly subscriptions: readonly Request[];
}

export function createMemory(): Memory {
  let beginning: Request | undefined;
  let initialized: string | undefined;
  const subscriptions = new Map<unknown, Request>();
  /** Tools that say of themselves that a second call does no more than the first. */
  const repeatableTools = new Set<unknown>();

  return {
    sent(message, line) {
      if (message.kind === 'notification' && message.method === 'notifications/initialized')
        initialized = line;
      if (message.kind === 'request' && message.method === 'resources/unsubscribe') {
        subscriptions.delete(message.params.uri);
      }
    },
    answered(request, result) {
      if (result === undefined) return;
      if (request.method === 'initialize') beginning = request;
      if (request.method === 'resources/subscribe') subscriptions.set(request.params.uri, request);
      if (request.method === 'tools/list') {
        for (const tool of Array.isArray(result.tools) ? result.tools.filter(isRecord) : []) {
          if (isRepeatable(tool.annotations)) repeatableTools.add(tool.name);
        }
      }
    },
    mayRepeat({ method, params }) {
      return repeatableMethods.has(method) || (method === 'tools/call' && repeatableTools.has(params.name));
    },
    get beginning() {
      return beginning;
    },
    get initialized() {
      return initialized;
    },
    get subscriptions() {
      return [...subscriptions.values()];
    },
  };
}

function isRepeatable(annotations: unknown): boolean {
  return isRecord(annotations) && (annotations.readOnlyHint === true || annotations.idempotentHint === true);
}
