import type { Harness } from '../tool-use/harnesses.ts';

/** The chat that a tool is called from, by the harness whose hooks carry the same id. */
export interface McpChat {
  readonly harness: Extract<Harness, 'vscode' | 'codex'>;
  readonly sessionId: string;
}

/**
 * VS Code has one connection for many chats, and Codex one for each: both name the chat in what goes along with a call.
 * Undefined where the client names none. Codex's is the chat of the person also where an agent inside it calls, as in its hooks.
 */
export function chatOfCall(meta: Readonly<Record<string, unknown>> | undefined): McpChat | undefined {
  const ofEditor = idIn(meta, 'vscode.conversationId');
  if (ofEditor !== undefined) return { harness: 'vscode', sessionId: ofEditor };
  const ofCodex = idIn(meta?.['x-codex-turn-metadata'], 'session_id');
  return ofCodex === undefined ? undefined : { harness: 'codex', sessionId: ofCodex };
}

/** The use of a tool that Claude Code makes with a call: the id that its hook was told, with the chat. */
export function useOfCall(meta: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return idIn(meta, 'claudecode/toolUseId');
}

function idIn(fields: unknown, name: string): string | undefined {
  if (typeof fields !== 'object' || fields === null) return undefined;
  const id = (fields as Readonly<Record<string, unknown>>)[name];
  return typeof id === 'string' && id !== '' ? id : undefined;
}
