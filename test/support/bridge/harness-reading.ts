import type { Harness } from '../../../src/coordinator/tool-use/harnesses.ts';
import type { Exit } from './program.ts';

/** What a harness does with a tool call after its hook has ended. */
export interface Outcome {
  readonly does: 'runs it' | 'asks the person' | 'refuses it';
  /** What the model is told. */
  readonly reason?: string;
}

const runs: Outcome = { does: 'runs it' };

/**
 * What each harness makes of the end of a hook before a tool call, mistakes of ours included: all of them let the call
 * through that they cannot read an answer to. VS Code's is measured, the others' are after their references and sources.
 */
const readers: Readonly<Record<Harness, (exit: Exit) => Outcome>> = {
  claude: exit => (exit.code === 2 ? { does: 'refuses it', reason: exit.stderr } : decisionIn(nested(exit))),
  // A line of log before the object makes all of it plain text, without a word to anybody.
  vscode: exit => (exit.code === 2 ? { does: 'refuses it', reason: exit.stderr } : decisionIn(nested(exit))),
  // Any other code than 0 is swallowed, 2 included.
  copilot: exit => decisionIn(exit.code === 0 ? objectIn(exit) : undefined),
  // An object with a field that it does not know is rejected, and so is `ask`: then the tool runs.
  codex(exit) {
    const whole = exit.code === 0 ? objectIn(exit) : undefined;
    const known = new Set([
      'continue',
      'stopReason',
      'suppressOutput',
      'systemMessage',
      'hookSpecificOutput',
    ]);
    if (whole === undefined || Object.keys(whole).some(field => !known.has(field))) return runs;
    const decision = decisionIn(nested(exit));
    return decision.does === 'refuses it' && decision.reason ? decision : runs;
  },
};

export function outcomeFor(harness: Harness, exit: Exit): Outcome {
  return readers[harness](exit);
}

type Json = Readonly<Record<string, unknown>>;

function decisionIn(said: Json | undefined): Outcome {
  const reason = typeof said?.permissionDecisionReason === 'string' ? said.permissionDecisionReason : '';
  if (said?.permissionDecision === 'deny') return { does: 'refuses it', reason };
  if (said?.permissionDecision === 'ask') return { does: 'asks the person', reason };
  return runs;
}

function nested(exit: Exit): Json | undefined {
  const said = exit.code === 0 ? objectIn(exit)?.hookSpecificOutput : undefined;
  return isObject(said) && said.hookEventName === 'PreToolUse' ? said : undefined;
}

function objectIn({ stdout }: Exit): Json | undefined {
  try {
    const value: unknown = JSON.parse(stdout);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
