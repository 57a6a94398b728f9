import type { ErrorCode } from './errors.ts';

/**
 * What a call is about to do in the world outside the coordinator's own tables. Operations say it, the guard judges
 * it; neither knows the other.
 */
export interface Intent {
  /** A shell command that would be run. */
  readonly command?: { readonly text: string; readonly shell: 'bash' | 'powershell'; readonly cwd: string };
  /** Text that an agent or person will act on later: a task, a handoff. */
  readonly text?: string;
  /** Files an edit tool would touch; paths absolute, or relative to the worktree. */
  readonly paths?: readonly PathIntent[];
  /** What an edit would write into them. */
  readonly content?: string;
  /** What of them it would take away for that, where the call says it. */
  readonly replaces?: string;
  /** Addresses or hosts a fetch would reach, as they are written. */
  readonly domains?: readonly string[];
  /** Leave to call an operation, which the session asks for itself. */
  readonly permission?: PermissionIntent;
  /** Why the tool cannot be judged, where it cannot: it is asked about, never waved through. */
  readonly unknown?: string;
}

export interface PermissionIntent {
  readonly operation: string;
  readonly minutes: number;
  readonly justification?: string;
}

export interface PathIntent {
  readonly path: string;
  readonly access: 'read' | 'write' | 'delete';
}

/** One command of what would be run, and what it does in plain words; nothing where it does nothing that lasts. */
export interface CommandStep {
  /** As written, at most 200 characters, secrets redacted. */
  readonly by: string;
  readonly does: readonly string[];
}

/** Something that stands against a call, or is worth knowing about it. */
export interface Finding {
  /** `refuse` ends the call, `ask` needs a person, `note` is only recorded and told. */
  readonly answer: 'refuse' | 'ask' | 'note';
  /** Which rule found it: `git.force-push`, `locks.unsaved-editor`. */
  readonly rule: string;
  /** The error that a refusal ends in. Default: `destructive_operation_blocked`. */
  readonly code?: ErrorCode;
  readonly category: string;
  /** What would happen, in plain words. */
  readonly effect: string;
  readonly why?: string;
  readonly suggestion?: string;
  /** The piece of text it was found in, at most 200 characters, secrets redacted. */
  readonly matchedText?: string;
}

/** What all inspectors together say of an intent. */
export interface Inspection {
  readonly findings: readonly Finding[];
  /** Files that would be touched: those the intent names, and those a command was found to touch. */
  readonly touched: readonly PathIntent[];
  /** Addresses or hosts that would be reached, as they are written. */
  readonly reached: readonly string[];
  /** What would be run, in its order. */
  readonly steps: readonly CommandStep[];
  /** What the record keeps of the inspection. */
  readonly facts: Readonly<Record<string, unknown>>;
}
