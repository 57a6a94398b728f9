import { type Bridge, runBridge } from './bridge.ts';

/** What a harness reads from a hook: nothing at all, or one decision. */
export interface HookAnswer {
  readonly decision: 'none' | 'ask' | 'deny';
  /** The reason that the agent is given; empty when there is no objection. */
  readonly reason: string;
  readonly milliseconds: number;
}

/**
 * Asks `bridge.js hook <harness> <event>` as the harness does. Throws when the answer is one that would make a harness
 * fail open: an exit code other than 0, or anything on standard output but one JSON object or nothing.
 */
export async function askHook(
  bridge: Bridge,
  harness: string,
  event: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<HookAnswer> {
  const stdin = JSON.stringify({ hook_event_name: event, cwd: bridge.folder, ...payload });
  const { code, stdout, stderr, milliseconds } = await runBridge(bridge, ['hook', harness, event], stdin);
  if (code !== 0)
    throw new Error(`The ${event} hook ended with ${code}; a harness would go on:\n${stdout}${stderr}`);
  if (stdout === '') return { decision: 'none', reason: '', milliseconds };
  const answer: { hookSpecificOutput?: { permissionDecision?: string; permissionDecisionReason?: string } } =
    JSON.parse(stdout);
  const { permissionDecision: decision, permissionDecisionReason: reason = '' } =
    answer.hookSpecificOutput ?? {};
  if (decision === undefined) return { decision: 'none', reason, milliseconds };
  if (decision !== 'ask' && decision !== 'deny')
    throw new Error(`The hook answered "${decision}", which it never may.`);
  return { decision, reason, milliseconds };
}

/** The payload of Claude Code before one of its tools runs. */
export function claudeToolUse(
  session: string,
  tool: string,
  input: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    session_id: session,
    transcript_path: '',
    permission_mode: 'default',
    tool_name: tool,
    tool_input: input,
    tool_use_id: `toolu_${Date.now()}`,
  };
}
