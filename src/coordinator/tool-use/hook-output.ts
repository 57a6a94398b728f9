import type { Harness, HookAnswer } from './harnesses.ts';

/** Whatever is in it and however it is escaped, an objection fits into a pipe that nobody reads yet. Characters. */
const longestReason = 4_096;
const longestContext = 8_192;

/** Events whose context a harness takes. Some harnesses reject an answer to any other as malformed. */
const takesContext = new Set([
  'PreToolUse',
  'PostToolUse',
  'SessionStart',
  'UserPromptSubmit',
  'SubagentStart',
]);

/** The answer to a tool call whose payload nobody could make anything of. @param what is wrong with it: `it is empty`. */
export function notUnderstood(what: string): HookAnswer {
  return {
    decision: 'deny',
    reason: `Interlock could not judge this call: ${what}. It was not let through.`,
  };
}

/**
 * What is printed for an answer: one JSON object, or nothing where there is nothing to say. It never says "allow",
 * which would switch off the harness's own protection.
 *
 * Claude Code and VS Code read `hookSpecificOutput`, Copilot the same words at the top level, so both are there. Codex
 * takes no object with a field that it does not know, knows no `ask` (it would run the tool), and needs a reason: it
 * gets the one shape, and `deny` for `ask`.
 */
export function outputOf(harness: Harness, event: string, answer: HookAnswer): string | undefined {
  const { decision } = answer;
  const objects = event === 'PreToolUse' && decision !== 'none';
  const strict = harness === 'codex';
  const decided = objects
    ? {
        permissionDecision: strict ? 'deny' : decision,
        permissionDecisionReason: reasonOf(answer),
      }
    : {};
  // Codex versions differ in whether they take a context with a denial, and the denial must count.
  const context =
    takesContext.has(event) && !(strict && objects) ? textOf(answer.context, longestContext) : undefined;
  const said = { ...decided, ...(context === undefined ? {} : { additionalContext: context }) };
  if (Object.keys(said).length === 0) return undefined;
  const hookSpecificOutput = { hookEventName: event, ...said };
  return JSON.stringify(strict ? { hookSpecificOutput } : { hookSpecificOutput, ...said });
}

function reasonOf({ decision, reason }: HookAnswer): string {
  return (
    textOf(reason, longestReason) ??
    (decision === 'ask'
      ? 'Interlock wants a person to look at this.'
      : 'Interlock denied this without a reason.')
  );
}

function textOf(text: string | undefined, longest: number): string | undefined {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return undefined;
  return trimmed.length > longest ? `${trimmed.slice(0, longest)}…` : trimmed;
}
