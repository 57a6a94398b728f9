import type { Duplex } from 'node:stream';
import { type CallToolResult, Server, type ServerContext } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Corridor } from '../kernel/corridor.ts';
import { InterlockError, reportOf } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/events.ts';
import type { Operation } from '../kernel/operation.ts';
import type { Origin } from './credentials.ts';
import type { HookWatch } from './hook-watch.ts';
import { chatOfCall, useOfCall } from './mcp-chat.ts';
import { connectFeeds } from './mcp-feeds.ts';
import { connectPrompts } from './mcp-prompts.ts';
import { toolOf, toolWithDelegation } from './mcp-tools.ts';
import { type ToolSets, toolsIn } from './tool-sets.ts';
import type { ToolUses } from './tool-uses.ts';

/** What is told to a model before it calls anything. */
const instructions = `Interlock coordinates several agents in this repository.
Your edits and commands are checked by themselves; a refusal says who holds the file and what to do.
Before a larger change, take the files with acquire_lock and release them when you are done.
When a call answers approval_pending, call wait_for_approval with its approval_id, then repeat the call unchanged.`;

export interface McpServices {
  readonly corridor: Corridor;
  readonly operations: readonly Operation[];
  readonly toolSets: ToolSets;
  /** Knows what begins like what somebody has typed of an argument. */
  readonly suggest: Operation;
  /** A tool is called from a chat that hooks announce. */
  readonly calledFrom: HookWatch['calledFrom'];
  /** A tool is called over a connection of a harness whose hooks announce each call. */
  readonly calledOver: HookWatch['calledOver'];
  /** The chat whose hook announced the use of a tool. */
  readonly announcedBy: ToolUses['announcedBy'];
  readonly bus: EventBus;
  readonly version: string;
  readonly onError: (error: unknown) => void;
}

/** Whom an MCP server speaks with. */
export interface McpSpeaker {
  readonly projectId: string;
  /** The person the session acts for: only then tools say that a call may name them. */
  readonly delegatedFrom: string | null;
  /** The tools that are shown; undefined: all. */
  readonly toolSets: readonly string[] | undefined;
  /** The program around it said which session it is, or for whom. Only VS Code's chats, of which it has many, are others. */
  readonly isNamed?: boolean;
  /** What the caller of this request shows of itself. */
  originOf(context: ServerContext): Origin;
}

/**
 * Serves MCP on a stream until it closes. Tools and resources are derived from the operations; both the 2025 handshake
 * and the stateless protocol of 2026 are spoken.
 */
export function serveMcp(services: McpServices, speaker: McpSpeaker, stream: Duplex): void {
  const handle = serveStdio(() => createMcpServer(services, speaker), {
    transport: new StdioServerTransport(stream, stream),
    onerror: services.onError,
  });
  stream.once('close', () => {
    handle.close().catch(services.onError);
  });
}

/** The MCP server for one speaker. It is connected to a transport by whoever asks for it. */
export function createMcpServer(services: McpServices, speaker: McpSpeaker): Server {
  const shown = toolsIn(services.toolSets, speaker.toolSets);
  const tools = new Map(shown.map(operation => [operation.name, operation]));
  const server = new Server(
    { name: 'interlock', title: 'Interlock', version: services.version },
    {
      capabilities: { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {} },
      instructions,
    },
  );
  const definitions = [...tools.values()].map(speaker.delegatedFrom === null ? toolOf : toolWithDelegation);
  server.setRequestHandler('tools/list', () => ({ tools: definitions }));
  server.setRequestHandler('tools/call', async (request, context) => {
    const operation = tools.get(request.params.name);
    if (!operation) return unknownTool(request.params.name);
    lookForHooks(services, speaker, context);
    try {
      const output = await walk(services, speaker, operation, request.params.arguments ?? {}, context);
      const result = {
        content: [{ type: 'text' as const, text: JSON.stringify(output) }],
        structuredContent: output,
      };
      return server.projectCallToolResult(result, toolOf(operation).outputSchema);
    } catch (error) {
      if (!(error instanceof InterlockError) || error.code === 'internal_error') services.onError(error);
      return toolError(error);
    }
  });
  connectFeeds(server, services, speaker.projectId, (operation, context) =>
    walk(services, speaker, operation, {}, context),
  );
  connectPrompts(server, services.operations, services.suggest, (operation, input, context) =>
    walk(services, speaker, operation, input, context),
  );
  return server;
}

/** Whoever looks after the project is told where a chat calls tools and its hooks do not run. */
function lookForHooks(services: McpServices, speaker: McpSpeaker, context: ServerContext): void {
  const chat = chatOfCall(context.mcpReq._meta);
  const use = useOfCall(context.mcpReq._meta);
  if (chat !== undefined) services.calledFrom(chat);
  if (use !== undefined) {
    const connection = JSON.stringify(speaker.originOf(context).credential);
    services.calledOver(connection, services.announcedBy(use) !== undefined);
  }
}

async function walk(
  services: McpServices,
  speaker: McpSpeaker,
  operation: Operation,
  input: unknown,
  context: ServerContext,
): Promise<Record<string, unknown>> {
  const output = await services.corridor.walk({
    ...originOfCall(services, speaker, context),
    operation,
    input,
    door: 'mcp',
    signal: context.mcpReq.signal,
    onWaiting: (waitedMs, patienceMs) => reportProgress(context, waitedMs, patienceMs),
  });
  return output as Record<string, unknown>;
}

/**
 * A client's connection may serve chats that it names in each call, or whose hook has announced the call. So the chat is
 * the session, and what its tools lock and what its edits touch belong together.
 */
function originOfCall(services: McpServices, speaker: McpSpeaker, context: ServerContext): Origin {
  const origin = speaker.originOf(context);
  const meta = context.mcpReq._meta;
  const chat = chatOfCall(meta);
  // A key is bound to one identity, whatever the call says of chats.
  if (origin.credential.kind === 'key' || (speaker.isNamed && chat?.harness !== 'vscode')) return origin;
  const use = useOfCall(meta);
  const announced = use === undefined ? undefined : services.announcedBy(use);
  const credential = chat === undefined ? announced : { kind: 'harness' as const, ...chat };
  return credential === undefined ? origin : { ...origin, credential };
}

/** Waiting is told in seconds, so that a client sees that it goes on and does not time out. */
function reportProgress(context: ServerContext, waitedMs: number, patienceMs: number): void {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  const progress = Math.round(waitedMs / 1000);
  context.mcpReq
    .notify({
      method: 'notifications/progress',
      params: { progressToken, progress, total: Math.round(patienceMs / 1000), message: 'waiting' },
    })
    .catch(() => {
      // The connection is gone, and with it the one who wanted to know.
    });
}

function toolError(error: unknown): CallToolResult {
  const { code, message, next, params } = reportOf(error);
  const lines = [`${code}: ${message}`, ...(next ? [`Next: ${next}`] : [])];
  if (Object.keys(params).length > 0) lines.push(`Details: ${JSON.stringify(params)}`);
  return { isError: true, content: [{ type: 'text', text: lines.join('\n') }] };
}

function unknownTool(name: string): CallToolResult {
  return toolError(
    new InterlockError(
      'unknown_operation',
      `${JSON.stringify(name.slice(0, 100))} is no tool of Interlock.`,
      {
        next: 'List the tools.',
      },
    ),
  );
}
