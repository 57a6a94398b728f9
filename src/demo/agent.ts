import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';

/** Where agents of the demo work, and the bridge through which they do. */
export interface Place {
  /** `dist/bridge.js` */
  readonly bridge: string;
  /** The repository. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a hook answered: nothing, or one decision with its reason. */
export interface Verdict {
  readonly decision: 'none' | 'ask' | 'deny';
  readonly reason: string;
}

/** An agent as Interlock meets it: an MCP client on the stdio bridge, whose harness puts each tool call to the hook first. */
export interface DemoAgent {
  readonly name: string;
  readonly place: Place;
  /** @throws Error with the tool's own words when it answers with an error */
  call(tool: string, input?: Fields): Promise<Fields>;
  /** May take as long as a person needs. */
  beforeTool(tool: string, input: Fields): Promise<Verdict>;
  close(): Promise<void>;
}

/**
 * @param client the name that the program gives itself, such as `claude-code`
 * @param type one of the agent types that profiles know
 */
export async function connect(place: Place, name: string, client: string, type: string): Promise<DemoAgent> {
  const session = randomUUID();
  const environment = {
    ...place.environment,
    INTERLOCK_AGENT_ID: name.toLowerCase(),
    INTERLOCK_AGENT_TYPE: type,
    INTERLOCK_SESSION_ID: session,
  };
  const mcp = new Client({ name: client, version: '1.0.0' });
  await mcp.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [place.bridge, 'mcp'],
      cwd: place.folder,
      env: environment,
      stderr: 'inherit',
    }),
  );
  return {
    name,
    place: { ...place, environment },
    async call(tool, input = {}) {
      const answer = CallToolResultSchema.parse(await mcp.callTool({ name: tool, arguments: { ...input } }));
      const words = answer.content.map(part => (part.type === 'text' ? part.text : '')).join('\n');
      if (answer.isError) throw new Error(`${tool}: ${words}`);
      return answer.structuredContent ?? {};
    },
    beforeTool(tool, input) {
      const payload = {
        hook_event_name: 'PreToolUse',
        cwd: place.folder,
        session_id: session,
        transcript_path: '',
        permission_mode: 'default',
        tool_name: tool,
        tool_input: input,
        tool_use_id: `toolu_${randomUUID()}`,
      };
      return askHook({ ...place, environment }, payload);
    },
    close: () => mcp.close(),
  };
}

/** What hooks print, as far as it is read here. */
interface HookOutput {
  readonly hookSpecificOutput?: {
    readonly permissionDecision?: string;
    readonly permissionDecisionReason?: string;
  };
}

async function askHook({ bridge, folder, environment }: Place, payload: Fields): Promise<Verdict> {
  const hook = spawn(process.execPath, [bridge, 'hook', 'claude', 'PreToolUse'], {
    cwd: folder,
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
    windowsHide: true,
  });
  hook.stdin.end(JSON.stringify(payload));
  const printed = await text(hook.stdout);
  if (printed === '') return { decision: 'none', reason: '' };
  const { hookSpecificOutput: output } = JSON.parse(printed) as HookOutput;
  const reason = output?.permissionDecisionReason ?? '';
  const decision = output?.permissionDecision;
  if (decision === undefined) return { decision: 'none', reason };
  return { decision: decision === 'ask' ? 'ask' : 'deny', reason };
}
