import { ResourceNotFoundError, type Server, type ServerContext } from '@modelcontextprotocol/server';
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

  const unsubscribe = bus.subscribe(event => {
    if (event.project !== projectId && event.topic !== 'events.gap') return;
    for (const uri of subscribed) {
      const topics = feeds.get(uri)?.feed?.topics ?? [];
      if (event.topic === 'events.gap' || isAbout(event, topics)) {
        server.sendResourceUpdated({ uri }).catch(onError);
      }
    }
  });
  server.onclose = unsubscribe;
}

function feedAt(feeds: ReadonlyMap<string, Operation>, uri: string): Operation {
  const feed = feeds.get(uri);
  if (!feed) throw new ResourceNotFoundError(uri);
  return feed;
}
