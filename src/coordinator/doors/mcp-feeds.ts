import {
  ResourceNotFoundError,
  type Server,
  type ServerContext,
  type ServerEventBus,
} from '@modelcontextprotocol/server';
import { type EventBus, isAbout } from '../kernel/events.ts';
import type { Operation } from '../kernel/operation.ts';

interface FeedServices {
  readonly operations: readonly Operation[];
  readonly bus: EventBus;
  readonly onError: (error: unknown) => void;
}

/**
 * Offers every operation that declares a feed as a resource, and tells subscribers when one of its topics is heard in
 * their project.
 */
export function connectFeeds(
  server: Server,
  { operations, bus, onError }: FeedServices,
  projectId: string,
  read: (operation: Operation, context: ServerContext) => Promise<Record<string, unknown>>,
): void {
  const feeds = new Map(
    operations.flatMap(operation => (operation.feed ? [[operation.feed.uri, operation]] : [])),
  );
  const subscribed = new Set<string>();

  server.setRequestHandler('resources/list', () => ({
    resources: [...feeds].map(([uri, operation]) => ({
      uri,
      name: operation.name,
      title: operation.feed?.title ?? operation.title,
      description: operation.description,
      mimeType: operation.feed?.asText ? 'text/plain' : 'application/json',
    })),
  }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [] }));
  server.setRequestHandler('resources/read', async (request, context) => {
    const { uri } = request.params;
    const operation = feedAt(feeds, uri);
    const answer = await read(operation, context);
    const content = operation.feed?.asText
      ? { mimeType: 'text/plain', text: String(answer.text) }
      : { mimeType: 'application/json', text: JSON.stringify(answer) };
    return { contents: [{ uri, ...content }] };
  });
  server.setRequestHandler('resources/subscribe', request => {
    feedAt(feeds, request.params.uri);
    subscribed.add(request.params.uri);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', request => {
    subscribed.delete(request.params.uri);
    return {};
  });

  server.onclose = subscribeToFeeds({ operations, bus }, projectId, uri => {
    if (subscribed.has(uri)) server.sendResourceUpdated({ uri }).catch(onError);
  });
}

/** The changes of feeds as the SDK asks for them, where one server a request takes the place of one a connection. */
export function feedEvents(
  services: Pick<FeedServices, 'operations' | 'bus'>,
  projectId: string,
): ServerEventBus {
  return {
    // What changes is published by the act that changes it.
    publish: () => undefined,
    subscribe: listener =>
      subscribeToFeeds(services, projectId, uri => listener({ kind: 'resource_updated', uri })),
  };
}

function subscribeToFeeds(
  { operations, bus }: Pick<FeedServices, 'operations' | 'bus'>,
  projectId: string,
  updated: (uri: string) => void,
): () => void {
  const feeds = operations.flatMap(({ feed }) => (feed ? [feed] : []));
  return bus.subscribe(event => {
    if (event.project !== projectId && event.topic !== 'events.gap') return;
    for (const { uri, topics } of feeds)
      if (event.topic === 'events.gap' || isAbout(event, topics)) updated(uri);
  });
}

function feedAt(feeds: ReadonlyMap<string, Operation>, uri: string): Operation {
  const feed = feeds.get(uri);
  if (!feed) throw new ResourceNotFoundError(uri);
  return feed;
}
