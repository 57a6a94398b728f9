import type { ToolAction } from '../action.ts';
import type { Fields } from '../fields.ts';

/** First words of names of tools that look and do not touch. */
const looking =
  /^(?:get|list|read|search|find|query|show|view|fetch|describe|count|check|status|lookup|inspect|explain|ask|think)(?![a-z])/i;
/** Arguments that make any tool one that acts. */
const acting =
  /^(?:command|cmd|code|script|content|patch|edits|replacements|new_?str(?:ing)?|sql|data|body)$/i;

/**
 * How harnesses name the tools of MCP servers: `mcp__server__tool` (Claude Code, Codex), `mcp_server_tool` (VS Code).
 * Where a server's name holds the separator too, the split is only the likeliest.
 */
const mcpNames = [/^mcp__(.+?)__(.+)$/, /^mcp_([^_]+)_(.+)$/];
/** Copilot's are `server-tool`, a shape that tools of no server have in other harnesses. */
const copilotMcpName = /^([\w.-]+)-([A-Za-z]\w*)$/;

/** What can be said of a tool that is in no table: whether it belongs to an MCP server, and else whether it may write. */
export function unlistedTool(harness: string, tool: string, fields: Fields): ToolAction {
  const patterns = harness === 'copilot' ? [...mcpNames, copilotMcpName] : mcpNames;
  const [, server, name] = patterns.map(pattern => pattern.exec(tool)).find(match => match !== null) ?? [];
  if (server !== undefined && name !== undefined) return { kind: 'mcp', server, tool: name, input: fields };
  const acts = Object.keys(fields).some(field => acting.test(field));
  return { kind: 'unknown', tool, mayWrite: acts || !looking.test(snakeCase(tool)) };
}

function snakeCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2');
}
