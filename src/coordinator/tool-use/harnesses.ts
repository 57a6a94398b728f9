import type { ShellKind, ToolAction } from './action.ts';
import { type Fields, isFields, textIn } from './fields.ts';
import { claudeTools } from './tools/claude.ts';
import { codexTools } from './tools/codex.ts';
import { copilotTools } from './tools/copilot.ts';
import type { ToolReader, ToolTable } from './tools/reader.ts';
import { unlistedTool } from './tools/unlisted.ts';
import { vscodeTools } from './tools/vscode.ts';

/**
 * The programs that run agents and call our hooks: Claude Code, VS Code's own agent mode, Copilot's agent (command
 * line, agent host, cloud), Codex.
 */
export const harnesses = ['claude', 'vscode', 'copilot', 'codex'] as const;
export type Harness = (typeof harnesses)[number];

const tables: Readonly<Record<Harness, ToolTable>> = {
  claude: claudeTools,
  vscode: vscodeTools,
  copilot: copilotTools,
  codex: codexTools,
};

/** The names Copilot gives to events that others call differently. Otherwise only the first letter differs. */
const eventNames: ReadonlyMap<string, string> = new Map([
  ['userPromptSubmitted', 'UserPromptSubmit'],
  ['agentStop', 'Stop'],
]);

/**
 * Stands for the harness where `INTERLOCK_SESSION_ID` names the session, so that the hooks and the MCP connection of an
 * agent mean the same one, whatever each of them is called by.
 */
export const namedSessions = 'named';

/** One call of a hook, in the same words whichever harness makes it. */
export interface HarnessCall {
  /** The one whose payload this is, see {@link harnessOf}. */
  readonly harness: Harness;
  /** `PreToolUse`, `SessionStart`, …: always spelled like that. */
  readonly event: string;
  /** The chat. VS Code's is also the `_meta["vscode.conversationId"]` of the chat's MCP calls. */
  readonly sessionId?: string;
  /** The folder that the session works in. */
  readonly cwd?: string;
  readonly toolName?: string;
  readonly toolUseId?: string;
  /** Of the agent inside the session that makes the call, where the harness tells. */
  readonly subagent?: { readonly id: string; readonly type?: string };
  /** What was asked, on `UserPromptSubmit`. It is not proof of a person. */
  readonly prompt?: string;
  /** What the tool call does. `none` on events that are about no tool. */
  readonly action: ToolAction;
}

/** What the bridge tells the harness. There is no "allow": having no objection must not switch off the harness's own protection. */
export interface HookAnswer {
  readonly decision: 'none' | 'ask' | 'deny';
  /** Why, and what to do next: read by the model. */
  readonly reason?: string;
  /** Something the model should know although nothing stands against the call. */
  readonly context?: string;
}

export function isHarness(name: string): name is Harness {
  return (harnesses as readonly string[]).includes(name);
}

/** The event by the name that most harnesses use. */
export function eventOf(name: string): string {
  return eventNames.get(name) ?? name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * Which harness really calls. A file with hooks for one harness is read by others too, and Codex alone rejects answers
 * with fields that it does not know; it gives itself away by the id of the turn.
 */
export function harnessOf(installedFor: Harness, payload: unknown): Harness {
  return isFields(payload) && typeof payload.turn_id === 'string' ? 'codex' : installedFor;
}

/**
 * Reads a payload in every spelling that is in use (`tool_name` or `toolName`, arguments as an object or as JSON text).
 * It never throws: whatever is missing or of the wrong type is left out, and a tool call that cannot be understood is
 * `unknown` and may write.
 * @param hostShell what a terminal of this machine understands.
 */
export function canonicalCall(
  installedFor: Harness,
  event: string,
  payload: unknown,
  hostShell: ShellKind = process.platform === 'win32' ? 'powershell' : 'bash',
): HarnessCall {
  const harness = harnessOf(installedFor, payload);
  const fields = isFields(payload) ? payload : {};
  const canonicalEvent = eventOf(event);
  const toolName = textIn(fields, 'tool_name', 'toolName');
  const subagentId = textIn(fields, 'agent_id', 'agentId');
  const subagentType = textIn(fields, 'agent_type', 'agentType');
  const aboutTool = /ToolUse|PermissionRequest/.test(canonicalEvent);
  return {
    harness,
    event: canonicalEvent,
    ...optional('sessionId', textIn(fields, 'session_id', 'sessionId')),
    ...optional('cwd', textIn(fields, 'cwd', 'workingDirectory')),
    ...optional('toolName', toolName),
    ...optional('toolUseId', textIn(fields, 'tool_use_id', 'toolUseId', 'toolCallId')),
    ...optional('prompt', textIn(fields, 'prompt')),
    ...(subagentId === undefined ? {} : { subagent: { id: subagentId, ...optional('type', subagentType) } }),
    action: aboutTool ? actionOf(harness, toolName ?? '', argumentsIn(fields), hostShell) : { kind: 'none' },
  };
}

/** What a tool call does, by the tables; the harness's own first, since harnesses read one another's plugins. */
function actionOf(harness: Harness, tool: string, given: Fields, hostShell: ShellKind): ToolAction {
  const reader = readerOf(harness, tool);
  if (!reader) return unlistedTool(harness, tool, given);
  return reader(given, { hostShell }) ?? { kind: 'unknown', tool, mayWrite: true };
}

function readerOf(harness: Harness, tool: string): ToolReader | undefined {
  for (const name of [harness, ...harnesses]) {
    const table = tables[name];
    if (Object.hasOwn(table, tool)) return table[tool];
  }
  return undefined;
}

/** The tool's arguments. Copilot sends them as JSON text, or as the bare text of a patch. */
function argumentsIn(fields: Fields): Fields {
  const given = fields.tool_input ?? fields.toolInput ?? fields.toolArgs ?? fields.tool_args;
  if (isFields(given)) return given;
  if (typeof given !== 'string') return {};
  try {
    const parsed: unknown = JSON.parse(given);
    if (isFields(parsed)) return parsed;
    if (typeof parsed === 'string') return { input: parsed };
  } catch {
    // Not JSON: then it is the one argument itself.
  }
  return { input: given };
}

function optional<Name extends string>(name: Name, value: string | undefined): { [key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]: string });
}
