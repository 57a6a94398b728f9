import type { Disk } from './disk.ts';
import type { Effect } from './effects.ts';
import type { RepositoryLookup } from './repository.ts';
import type { Command } from './shell/standing.ts';

export type Verdict = 'allow' | 'ask' | 'block';

/**
 * `block` stops it, `approval_required` asks a person, `warn` and `log` let it pass and keep a note of it.
 */
export type Severity = 'block' | 'approval_required' | 'warn' | 'log';

export type Category =
  | 'git'
  | 'branch_deletion'
  | 'file_deletion'
  | 'database'
  | 'migration'
  | 'credentials'
  | 'deployment'
  | 'remote_code'
  | 'exfiltration'
  | 'system'
  | 'self_protection'
  | 'unreadable'
  | 'project';

export type TrustLevel = 0 | 1 | 2 | 3 | 4;

/** What is about to happen. Every part that is present is judged; the strictest verdict counts. */
export interface Subject {
  readonly command?: { readonly text: string; readonly shell?: 'bash' | 'powershell'; readonly cwd: string };
  /** Prose that an operation carries (a task, a handoff): only commands, SQL and credentials embedded in it matter. */
  readonly text?: string;
  readonly sql?: string;
  /** What an edit tool is about to touch; absolute, or relative to the repository. */
  readonly paths?: readonly { readonly path: string; readonly access: 'read' | 'write' | 'delete' }[];
  /** What an edit would write. */
  readonly content?: string;
}

export interface GuardContext {
  /** Of the agent that acts. 3 and above is logged instead of blocked, where a rule lets trust pass at all. */
  readonly trust: TrustLevel;
  readonly home?: string;
  /** Where the agent works; a command's own working directory, or that of its session. */
  readonly cwd?: string;
  /** Facts about the repository a directory is in; absent means that nothing is known about any. */
  readonly repository?: RepositoryLookup;
  /** Links and the files of hooks are looked up here, by the engine's own means. */
  readonly disk?: Disk;
  /** Branches besides the default one that only people may push to. Globs. */
  readonly protectedBranches?: readonly string[];
  /** Interlock's own store, sockets, settings and hooks; absolute. */
  readonly protectedPaths?: readonly string[];
  /** The process that judges, where others depend on it. */
  readonly protectedProcesses?: readonly number[];
  /** Changes to built-in rules, as the database or a project holds them. */
  readonly ruleSettings?: ReadonlyMap<string, RuleSetting>;
  /** What the project says in `.interlock/guardrails.yaml`; see project-rules.ts. */
  readonly projectRules?: ProjectRules;
}

/** The rules of one project, checked and compiled. */
export interface ProjectRules {
  readonly rules: readonly ProjectRule[];
  /** Changes to built-in rules. In an untrusted workspace only such that tighten. */
  readonly settings: ReadonlyMap<string, ProjectSetting>;
  /** Whether they may also be looser than what people have set for the store. */
  readonly mayLoosen: boolean;
  readonly protectedBranches: readonly string[];
  /** Whether a path (relative to the repository) is one that the project makes itself and may throw away. */
  readonly isGenerated: (path: string) => boolean;
}

/** A change to a built-in rule, and where it stands in the file. Lines count from 1. */
export interface ProjectSetting extends RuleSetting {
  readonly line: number;
}

export interface ProjectRule {
  /** Where it stands in the file, from 1. */
  readonly line: number;
  /** What it looks for, as it was written. */
  readonly looksFor: string;
  readonly id: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly minTrust: number;
  readonly why: string;
  readonly suggestion?: string;
  /** The first command or effect that the rule is about; undefined where there is none. */
  readonly find: (
    commands: readonly Command[],
    effects: readonly Effect[],
    context: GuardContext,
  ) => { readonly by: string; readonly guessed: boolean; readonly effect: string } | undefined;
}

/** What may be changed about a rule without changing what it recognises. */
export interface RuleSetting {
  readonly enabled?: boolean;
  readonly severity?: Severity;
  /** The least trust that passes, 0..4; 5 means that nobody does. */
  readonly minTrust?: number;
}

export interface Violation {
  readonly rule: string;
  readonly category: Category;
  readonly severity: Severity;
  /** The part of the command that matters, at most 200 characters, secrets redacted. */
  readonly matched_text: string;
  /** What would happen, in plain words. */
  readonly effect: string;
  readonly why: string;
  readonly suggestion?: string;
  /** True where this violation stops the command until a person decides, or for good. */
  readonly blocked: boolean;
}

/** One command of a text, or one thing that is not a command's, and what it does. */
export interface Step {
  /** As written, at most 200 characters, secrets redacted. */
  readonly by: string;
  /** In plain words, whether a rule minds or not; empty where nothing is known of it that lasts. */
  readonly does: readonly string[];
}

export interface Judgement {
  readonly verdict: Verdict;
  /** True exactly where the verdict is `allow`. */
  readonly safe: boolean;
  /** Strictest first. */
  readonly violations: readonly Violation[];
  /** False where part of the text is not in the grammar, so that only a lenient reading of it was judged. */
  readonly parsed: boolean;
  /** Everything the command does that anyone may care about: writes feed the lock check, hosts the network policy. */
  readonly effects: readonly Effect[];
  /** The same for a person to read, in the order in which it would happen; the first hundred. */
  readonly steps: readonly Step[];
}
