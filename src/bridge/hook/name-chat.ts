import { appendFileSync } from 'node:fs';
import type { Harness } from '../../coordinator/tool-use/harnesses.ts';
import { chatVariable, type Environment } from '../environment.ts';

/**
 * Tells the commands of a chat which chat they belong to, where its harness takes that from a hook: Claude Code reads the
 * file that `CLAUDE_ENV_FILE` names before each command. Hooks of git then know whose commit it is.
 */
export function nameChat({ variables }: Environment, harness: Harness, sessionId: string | undefined): void {
  const file = variables.CLAUDE_ENV_FILE;
  if (file === undefined || file === '' || sessionId === undefined) return;
  if (!/^[\w.-]+$/.test(sessionId)) return;
  try {
    appendFileSync(file, `export ${chatVariable}='${harness}:${sessionId}'\n`);
  } catch {
    // Without it the coordinator goes by the last call of git that it let through.
  }
}
