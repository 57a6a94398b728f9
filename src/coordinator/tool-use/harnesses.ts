import type { ToolAction } from './action.ts';
import { isFields, textIn } from './fields.ts';

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

/** The chat that a payload comes from, by its harness's own id. */
export function sessionIn(payload: unknown): string | undefined {
  return isFields(payload) ? textIn(payload, 'session_id', 'sessionId') : undefined;
}
