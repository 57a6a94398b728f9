import type { ToolAction } from './action.ts';
import { type Fields, isFields, textIn } from './fields.ts';

/**
 * The programs that run agents and call our hooks: Claude Code, VS Code's own agent mode, Copilot's agent (command
 * line, agent host, cloud), Codex.
 */
export const harnesses = ['claude', 'vscode', 'copilot', 'codex'] as const;
export type Harness = (typeof harnesses)[number];

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
  /** The chat. VS Code and Codex name it in the chat's MCP calls too, and Copilot to the servers that it starts. */
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
 * Which harness really calls. A file with hooks for one harness is read by others too, and a session that is called by two
 * names would stand in its own way. Codex alone rejects answers with fields that it does not know; it gives itself away by
 * the id of the turn.
 */
export function harnessOf(installedFor: Harness, payload: unknown): Harness {
  if (!isFields(payload)) return installedFor;
  if (typeof payload.turn_id === 'string') return 'codex';
  if (installedFor === 'copilot') return isChatOfEditor(payload) ? 'vscode' : 'copilot';
  return isOfCopilot(payload, installedFor) ? 'copilot' : installedFor;
}

/**
 * Whether a call that came to Copilot's own hooks is judged by those of the extension's plugin: VS Code's agent reads
 * `~/.copilot/hooks` too, and calls both. The plugin is the one that may be relied on, so this needs both the word of the
 * extension host, which only hooks that it starts itself have, and the shape that its agent alone sends.
 * @param pluginIsRun what the extension says of the editor that the hook was started in.
 */
export function isLeftToPlugin(installedFor: Harness, payload: unknown, pluginIsRun: boolean): boolean {
  return pluginIsRun && installedFor === 'copilot' && harnessOf(installedFor, payload) === 'vscode';
}

/** VS Code's agent keeps the transcript of a chat in its own folder, and numbers every call of a tool. */
function isChatOfEditor(payload: Fields): boolean {
  const { hook_event_name: event, session_id: session, transcript_path: transcript } = payload;
  if (typeof event !== 'string' || typeof session !== 'string' || typeof transcript !== 'string')
    return false;
  if (!/[\\/]GitHub\.copilot-chat[\\/]/i.test(transcript)) return false;
  const isAboutTool = event.endsWith('ToolUse') || 'tool_name' in payload;
  return !isAboutTool || (typeof payload.tool_name === 'string' && typeof payload.tool_use_id === 'string');
}

/**
 * Copilot's command line reads the files of Claude Code in a repository, and its agent host in the editor runs the plugin.
 * To events in Claude's spelling it sends Claude's fields, with the time and without a transcript.
 */
function isOfCopilot(payload: Fields, installedFor: Harness): boolean {
  if (typeof payload.sessionId === 'string' && typeof payload.timestamp === 'number') return true;
  return (
    installedFor === 'claude' &&
    typeof payload.hook_event_name === 'string' &&
    typeof payload.timestamp === 'string' &&
    payload.transcript_path === undefined
  );
}

/** The chat that a payload comes from, by its harness's own id. */
export function sessionIn(payload: unknown): string | undefined {
  return isFields(payload) ? textIn(payload, 'session_id', 'sessionId') : undefined;
}
