import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Bridge } from './bridge.ts';

/** The structured content of a tool's answer. */
export type ToolAnswer = Readonly<Record<string, unknown>>;

/** An agent as the product meets it: an MCP client of somebody else's making on the stdio bridge. */
export interface McpAgent {
  readonly client: Client;
  /** Calls a tool; throws with the tool's own words when it answers with an error. */
  call(tool: string, input?: Readonly<Record<string, unknown>>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

/** Starts the bridge and connects to it under the name that the client gives itself, such as `claude-code`. */
export async function connectAgent(bridge: Bridge, name: string): Promise<McpAgent> {
  const client = new Client({ name, version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [bridge.program, 'mcp'],
      cwd: bridge.folder,
      env: { ...bridge.environment },
      stderr: 'ignore',
    }),
  );
  // As every client does. From then on this one also checks that answers are as the tools declare them.
  await client.listTools();
  return {
    client,
    async call(tool, input = {}) {
      const answer = CallToolResultSchema.parse(
        await client.callTool({ name: tool, arguments: { ...input } }),
      );
      const words = answer.content.map(part => (part.type === 'text' ? part.text : '')).join('\n');
      if (answer.isError) throw new Error(`${tool}: ${words}`);
      return answer.structuredContent ?? {};
    },
    close: () => client.close(),
  };
}
