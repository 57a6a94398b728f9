import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AuthInfo,
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  type McpHttpHandler,
  type ServerContext,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { InterlockError } from '../../kernel/errors.ts';
import type { Operation } from '../../kernel/operation.ts';
import { goneSignal } from '../answer.ts';
import { readText } from '../body.ts';
import { operationBodyLimit } from '../http.ts';
import { createMcpServer, type McpServices } from '../mcp.ts';
import { feedEvents } from '../mcp-feeds.ts';
import { toolSetsNamed } from '../tool-sets.ts';
import type { Guest } from './key-holders.ts';
import { sendWebResponse, toWebRequest } from './web.ts';

export interface McpHttpServices extends McpServices {
  /** Proves that the session lives, and begins it. */
  readonly heartbeat: Operation;
  readonly endSession: Operation;
  readonly monotonicMs: () => number;
}

/** MCP over Streamable HTTP: the tools, resources and prompts of every other door, for the holder of a key. */
export interface McpHttpDoor {
  serve(guest: Guest, request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

/** A conversation that began with the handshake of 2025. */
interface Conversation {
  readonly id: string;
  readonly keyId: string;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  /** The guest of the latest request: a rotated key is another one. */
  guest: Guest;
  openRequests: number;
  usedMs: number;
}

/** Nobody has to say that a conversation is over. In milliseconds. */
const idleMs = 30 * 60_000;
const lookEveryMs = 60_000;
/** Conversations that one key may have; the one that was used least lately makes room. */
const mostPerKey = 32;

const sessionHeader = 'mcp-session-id';

export function createMcpHttpDoor(services: McpHttpServices): McpHttpDoor {
  const conversations = new Map<string, Conversation>();
  /** The protocol of 2026 has no conversations. What changes is told by project, and so is one of these. */
  const modern = new Map<string, McpHttpHandler>();

  const timer = setInterval(() => {
    for (const conversation of conversations.values()) {
      const isIdle = services.monotonicMs() - conversation.usedMs > idleMs;
      if (isIdle && conversation.openRequests === 0) void end(conversation);
    }
  }, lookEveryMs);
  timer.unref();

  function modernFor(projectId: string): McpHttpHandler {
    const known = modern.get(projectId);
    if (known) return known;
    const handler = createMcpHandler(
      ({ authInfo }) => {
        const { guest, toolSets } = admittedIn(authInfo);
        return createMcpServer(services, { ...guest, toolSets, originOf: () => guest.origin });
      },
      {
        legacy: 'reject',
        bus: feedEvents(services, projectId),
        onerror: services.onError,
        maxRequestBodySize: operationBodyLimit,
      },
    );
    modern.set(projectId, handler);
    return handler;
  }

  async function begin(guest: Guest, toolSets: Admission['toolSets']): Promise<Conversation> {
    const id = randomUUID();
    makeRoom(guest.keyId);
    const own = inConversation(guest, id);
    await services.corridor.walk({ ...own.origin, operation: services.heartbeat, input: {}, door: 'mcp' });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessioninitialized: () => void conversations.set(id, conversation),
      onsessionclosed: () => end(conversation),
      maxRequestBodySize: operationBodyLimit,
    });
    const conversation: Conversation = {
      id,
      keyId: guest.keyId,
      transport,
      guest: own,
      openRequests: 0,
      usedMs: services.monotonicMs(),
    };
    const originOf = ({ http }: ServerContext) => admittedIn(http?.authInfo).guest.origin;
    await createMcpServer(services, { ...own, toolSets, originOf }).connect(transport);
    return conversation;
  }

  function makeRoom(keyId: string): void {
    const own = [...conversations.values()].filter(each => each.keyId === keyId);
    const [oldest] = own.sort((one, other) => one.usedMs - other.usedMs);
    if (oldest && own.length >= mostPerKey) void end(oldest);
  }

  /** Ends the conversation, and the session of the agent that it was. */
  async function end({ id, transport, guest }: Conversation): Promise<void> {
    if (!conversations.delete(id)) return;
    try {
      await transport.close();
      const input = { reason: 'its MCP conversation ended' };
      await services.corridor.walk({
        ...guest.origin,
        operation: services.endSession,
        input,
        door: 'mcp',
      });
    } catch (error) {
      if (!isGone(error)) services.onError(error);
    }
  }

  async function converse(
    { guest, toolSets }: Admission,
    web: Request,
    body: string | undefined,
  ): Promise<Response> {
    const named = web.headers.get(sessionHeader);
    if (named === null && !isBeginning(body)) return refusal(400, 'Begin with an initialize request.');
    const conversation = named === null ? await begin(guest, toolSets) : conversations.get(named);
    // Whether it is not there or somebody else's is not for others to know.
    if (conversation?.keyId !== guest.keyId) return refusal(404, 'Session not found');
    conversation.guest = inConversation(guest, conversation.id);
    conversation.usedMs = services.monotonicMs();
    const authInfo = new Admission(conversation.guest, toolSets).asAuthInfo();
    const answer = await conversation.transport.handleRequest(web, { authInfo });
    // What the transport does not take for a beginning leaves nothing behind.
    if (named === null && !conversations.has(conversation.id)) await conversation.transport.close();
    return answer;
  }

  return {
    async serve(guest, request, response) {
      const toolSets = toolSetsNamed(services.toolSets, request.headers);
      const body = request.method === 'POST' ? await readText(request, operationBodyLimit) : undefined;
      const web = toWebRequest(request, body, goneSignal(response));
      const admitted = new Admission(guest, toolSets);
      if (!(await isLegacyRequest(web))) {
        const handler = modernFor(guest.projectId);
        return sendWebResponse(await handler.fetch(web, { authInfo: admitted.asAuthInfo() }), response);
      }
      const answer = await converse(admitted, web, body);
      const id = web.headers.get(sessionHeader) ?? answer.headers.get(sessionHeader);
      const conversation = id === null ? undefined : conversations.get(id);
      if (conversation) {
        conversation.openRequests += 1;
        response.once('close', () => {
          conversation.openRequests -= 1;
          conversation.usedMs = services.monotonicMs();
        });
      }
      await sendWebResponse(answer, response);
    },
    async close() {
      clearInterval(timer);
      // The sessions stay: a client that finds its conversation gone begins another one with the next coordinator.
      const transports = [...conversations.values()].map(({ transport }) => transport);
      conversations.clear();
      await Promise.all([...transports, ...modern.values()].map(each => each.close()));
    },
  };
}

/** What the SDK carries with a request from here to the server that answers it. */
class Admission {
  readonly guest: Guest;
  readonly toolSets: readonly string[] | undefined;

  constructor(guest: Guest, toolSets: readonly string[] | undefined) {
    this.guest = guest;
    this.toolSets = toolSets;
  }

  asAuthInfo(): AuthInfo {
    const { keyId, origin } = this.guest;
    return { token: origin.credential.key, clientId: keyId, scopes: [], extra: { admission: this } };
  }
}

function admittedIn(authInfo: AuthInfo | undefined): Admission {
  const admission = authInfo?.extra?.admission;
  if (admission instanceof Admission) return admission;
  throw new Error('a request of MCP reached its server without having been let in');
}

/** Each conversation is a session of its own, as each connection of a bridge is. */
function inConversation(guest: Guest, id: string): Guest {
  const credential = { ...guest.origin.credential, session: id };
  return { ...guest, origin: { ...guest.origin, credential } };
}

function isBeginning(body = ''): boolean {
  try {
    return isInitializeRequest(JSON.parse(body));
  } catch {
    return false;
  }
}

/** Its key was revoked, which ended the session already. */
function isGone(error: unknown): boolean {
  return error instanceof InterlockError && ['unauthenticated', 'session_ended'].includes(error.code);
}

function refusal(status: number, message: string): Response {
  const code = status === 404 ? -32_001 : -32_000;
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status });
}
