import type { ShellKind, ToolAction } from './action.ts';
import { type Fields, isFields, textIn } from './fields.ts';
import { eventOf, type Harness, type HarnessCall, harnesses, harnessOf, sessionIn } from './harnesses.ts';
import { claudeTools } from './tools/claude.ts';
import { codexTools } from './tools/codex.ts';
import { copilotTools } from './tools/copilot.ts';
import type { ToolReader, ToolTable } from './tools/reader.ts';
import { unlistedTool } from './tools/unlisted.ts';
import { vscodeTools } from './tools/vscode.ts';

/** They are large, and a hook that finds its coordinator does without them. */
const tables: Readonly<Record<Harness, ToolTable>> = {
  claude: claudeTools,
  vscode: vscodeTools,
  copilot: copilotTools,
  codex: codexTools,
};

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
    ...optional('sessionId', sessionIn(payload)),
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
