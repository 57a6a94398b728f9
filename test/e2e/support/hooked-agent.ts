import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { installedBridge } from './bridge.ts';
import { askHook, claudeToolUse, type HookAnswer } from './hook.ts';
import type { Session } from './session.ts';

/** An agent outside the editor, in a chat of its own, whose harness puts each tool call to the installed hook first. */
export interface HookedAgent {
  /** Asks for a command of the shell. The answer may take as long as a person needs. */
  runs(command: string): Promise<HookAnswer>;
  /** Asks for an edit of a file, named from the repository's root. */
  edits(file: string): Promise<HookAnswer>;
}

/** @param chat the session of an agent that is also connected by MCP; a new one if left out */
export function hookedAgent(
  { run, repository }: Session,
  name: string,
  chat: string = randomUUID(),
): HookedAgent {
  const bridge = installedBridge(run, repository.folder, {
    INTERLOCK_AGENT_ID: name,
    INTERLOCK_SESSION_ID: chat,
  });
  const ask = (tool: string, input: Readonly<Record<string, unknown>>) =>
    askHook(bridge, 'claude', 'PreToolUse', claudeToolUse(chat, tool, input));
  return {
    runs: command => ask('Bash', { command, description: '' }),
    edits: file =>
      ask('Edit', { file_path: path.join(repository.folder, file), old_string: 'a', new_string: 'b' }),
  };
}
